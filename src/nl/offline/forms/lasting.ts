/**
 * "Bookings longer than 5 nights", "how many rentals lasted more than two weeks", "guests who stayed at least 3 nights":
 * rows by the time between their begin and their end, where no column tells how long they took.
 */

import type { Translation } from '../../contract.js';
import { deedOf } from '../read/usual.js';
import { tokenize } from '../text/tokens.js';
import type { Comparison, Predicate, Query, Scalar, Source } from '../tree/tree.js';
import { answered } from './answered.js';
import { elapsed, notes, spanOf } from './durations.js';
import type { FormInput } from './input.js';
import { surely } from './sure.js';

const units = String.raw`(days?|nights?|hours?|minutes?|weeks?)`;
const than = String.raw`(longer than|shorter than|more than|less than|fewer than|at least|at most|no more than|no less than|exactly|over|under)`;
const number = String.raw`((?:[a-z]+ )?[a-z]+|\d+(?:\.\d+)?)`;
const cue = new RegExp(String.raw`^(.+?) (?:(?:that|which|who) )?((?:have |had |has )?(?:lasted|lasting|took|taken|taking|stayed|staying|ran|running)|(?:was|were|is|are|of|being)|)\s*(?:for )?${than} ${number} ${units}( long)?((?: .+)?)$`, 'i');

const comparisons: Readonly<Record<string, Comparison>> = { 'longer than': '>', 'shorter than': '<', 'more than': '>', 'less than': '<', 'fewer than': '<', 'at least': '>=', 'at most': '<=', 'no more than': '<=', 'no less than': '>=', exactly: '=', over: '>', under: '<' };

export async function readLasting(input: FormInput): Promise<Translation | undefined> {
  const { schema } = input;
  const said = cue.exec(input.question.trim().replace(/[?.!\s]+$/, ''));
  if (said === null || schema.services.length < 2) return undefined;
  const [, things, verb, how, amount, unit, long, tail] = said as unknown as [string, string, string, string, string, string, string | undefined, string];
  // "customers with more than 3 days": no span of time is spoken of.
  if (!/^(longer|shorter)/i.test(how) && verb === '' && long === undefined) return undefined;
  const tokens = tokenize(amount.replace(/^an?$/i, 'one'));
  const value = tokens.length === 1 ? tokens[0]!.number : undefined;
  if (value === undefined || !Number.isFinite(value)) return undefined;
  const deed = /^(?:have |had |has )?stay/i.test(verb) ? deedOf(tokenize('stayed')[0]!, schema) : undefined;
  const direct = await surely(`${things}${tail}`, input);
  const sure = direct !== undefined && spans(direct.tree, schema).length > 0 ? direct : deed === undefined ? undefined : await surely(`${things.replace(/ (who|that|which)$/i, '')} with ${deed.table.name}${tail}`, input);
  if (sure === undefined) return undefined;
  const { tree } = sure;
  const [found, other] = spans(tree, schema);
  if (found === undefined || other !== undefined || tree.limit !== undefined || tree.foremost === true || tree.set !== undefined || tree.having.length > 0) return undefined;
  const { source, span } = found;
  const column = (c: typeof span.start): Scalar => ({ kind: 'column', source, path: c.path, type: c.type });
  const { measure, unit: measured } = elapsed(span.start, column(span.start), span.end, column(span.end));
  const bound = inUnit(value, unit.toLowerCase(), measured);
  if (bound === undefined) return undefined;
  const condition: Predicate = { kind: 'compare', op: comparisons[how.toLowerCase()]!, left: measure, right: { kind: 'number', value: bound } };
  const longer: Query = { ...tree, where: [...tree.where, condition] };
  return answered(longer, [...notes(span.start, span.end, measured), ...sure.statement.assumptions], sure.confidence, input);
}

function spans(tree: Query, schema: FormInput['schema']): { source: Source; span: NonNullable<ReturnType<typeof spanOf>> }[] {
  return [tree.from, ...tree.joins.map((j) => j.source)].flatMap((source) => {
    const table = schema.tables.find((t) => t.table === source.table);
    const span = table === undefined ? undefined : spanOf(table);
    return span === undefined ? [] : [{ source, span }];
  });
}

/** Undefined where days are counted and a part of one is asked for. */
function inUnit(value: number, unit: string, measured: 'day' | 'hour'): number | undefined {
  const hours = unit.startsWith('week') ? 168 : unit.startsWith('hour') ? 1 : unit.startsWith('minute') ? 1 / 60 : 24;
  if (measured === 'hour') return value * hours;
  return hours < 24 ? undefined : (value * hours) / 24;
}
