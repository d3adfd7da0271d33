/**
 * "Exhibitions open today", "projects running in March": rows that had begun by then and had not ended, where their table
 * has a time for both. Those that have no end yet still go on.
 */

import type { Translation } from '../../contract.js';
import { timeConstant } from '../build/constants.js';
import { lemma } from '../text/lemma.js';
import type { ColumnEntry } from '../link/catalog.js';
import { takePeriod } from '../read/period.js';
import { tokenize } from '../text/tokens.js';
import type { Comparison, Predicate, Query, Scalar } from '../tree/tree.js';
import { answered } from './answered.js';
import { spanOf } from './durations.js';
import type { FormInput } from './input.js';
import { isPlain } from '../tree/tree.js';
import { surely } from './sure.js';

const cue = /^(.+?) (?:(?:that|which|who) )?(?:(?:are|is|were|was) )?(?:currently |still )?(open|running|ongoing|under ?way|in progress) (.+)$/i;
const present = /^(?:right now|now|at the moment|at present|these days|currently)$/i;

export async function readUnderWay(input: FormInput): Promise<Translation | undefined> {
  const { schema, context } = input;
  const said = cue.exec(input.question.trim().replace(/[?.!\s]+$/, ''));
  if (said === null || schema.services.length < 2) return undefined;
  const [, things, state, when] = said as unknown as [string, string, string, string];
  // Where a state is kept that is called so, it says which.
  if (schema.values.has(lemma(state.toLowerCase())) || schema.values.has(state.toLowerCase())) return undefined;
  const { tokens, period } = takePeriod(tokenize(present.test(when) ? 'today' : when), context.now, context.timezone);
  if (period === undefined || tokens.length > 0) return undefined;
  const sure = await surely(things, input);
  const table = schema.tables.find((t) => t.table === sure?.tree.from.table);
  const span = table === undefined ? undefined : spanOf(table);
  if (sure === undefined || span === undefined || !isPlain(sure.tree)) return undefined;
  const { tree } = sure;
  const column = (c: ColumnEntry): Scalar => ({ kind: 'column', source: tree.from, path: c.path, type: c.type });
  const compare = (c: ColumnEntry, op: Comparison, day: string): Predicate => ({ kind: 'compare', op, left: column(c), right: timeConstant(c, c.type.kind === 'date' ? day : `${day} 00:00:00`) });
  const end: Predicate = { kind: 'or', args: [compare(span.end, '>=', period.from), { kind: 'null', arg: column(span.end), negated: false }] };
  const open: Query = { ...tree, where: [...tree.where, compare(span.start, '<', period.to), end] };
  const last = new Date(Date.parse(`${period.to}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
  const days = period.from === last ? period.from : `${period.from} to ${last}`;
  return answered(open, [`"${state} ${when}" = begun by ${span.start.path.join('.')} and not ended by ${span.end.path.join('.')}, ${days} ${context.timezone}`, ...sure.statement.assumptions], sure.confidence, input);
}
