/**
 * "Refund rate", "refund rate per month": the part, in percent, of the rows that something may happen to (payments, that
 * refunds refer to) to which it happened. Only where its table refers to one other table: else it is not said of what.
 */

import type { Translation } from '../../contract.js';
import { graphOf } from '../link/graph.js';
import { matchColumns, matchTables } from '../link/match.js';
import { plural } from '../read/measures.js';
import { tokenize } from '../text/tokens.js';
import type { Output, Predicate, Query, Scalar } from '../tree/tree.js';
import { count, hasAggregate, isPlain, query } from '../tree/tree.js';
import { answered } from './answered.js';
import type { FormInput } from './input.js';
import { surely } from './sure.js';

const cue = /^(?:(?:please )?(?:show|give|tell|list|find|calculate|compute|what is|what was|what's)(?: me| us)? )?(?:the |our )?([a-z]+(?: [a-z]+)?) rates?((?: .+)?)$/i;

export async function readOccurrence(input: FormInput): Promise<Translation | undefined> {
  const { schema } = input;
  const said = cue.exec(input.question.trim().replace(/[?.!\s]+$/, ''));
  if (said === null || schema.services.length < 2) return undefined;
  const nouns = tokenize(said[1]!).map((t) => t.lemma);
  if (matchColumns(schema, [...nouns, 'rate'], false).length > 0) return undefined;
  const deeds = matchTables(schema, nouns, false).filter((m) => m.score >= 0.95 && m.table.table.kind !== 'topic');
  const [deed] = deeds;
  if (deed === undefined || deeds.length > 1) return undefined;
  const edges = graphOf(schema).at(deed.table).filter((e) => e.from.table === deed.table);
  const [edge] = edges;
  if (edge === undefined || edges.length > 1 || edge.to.table.table.kind === 'topic') return undefined;
  const things = plural(edge.to.table).map((t) => t.text).join(' ');
  const sure = await surely(`number of ${things}${said[2]!}`, input);
  const measured = sure?.tree.select.filter((o) => hasAggregate(o.expr)) ?? [];
  const [number] = measured;
  if (sure === undefined || number === undefined || measured.length > 1 || number.expr.kind !== 'aggregate' || number.expr.name !== 'count' || number.expr.arg !== undefined) return undefined;
  const { tree } = sure;
  if (tree.from.table !== edge.to.table.table || !isPlain(tree)) return undefined;
  const inner = { alias: deed.table.table.name === tree.from.alias ? `${deed.table.table.name}_2` : deed.table.table.name, table: deed.table.table };
  const reference: Scalar = { kind: 'column', source: inner, path: edge.from.path, type: edge.from.type };
  const own: Scalar = { kind: 'column', source: tree.from, path: edge.to.path, type: edge.to.type };
  const text = edge.from.type.kind !== edge.to.type.kind;
  const compared = (s: Scalar): Scalar => (text ? { kind: 'cast', arg: s, to: 'VARCHAR' } : s);
  const happened: Predicate = { kind: 'in', arg: compared(own), values: query(inner, { select: [{ expr: compared(reference) }], where: [{ kind: 'null', arg: reference, negated: true }] }), negated: false };
  const percent: Scalar = { kind: 'arithmetic', op: '/', left: { kind: 'arithmetic', op: '*', left: { kind: 'number', value: 100 }, right: { ...count, filter: happened } as Scalar }, right: count };
  const rate: Query = { ...tree, select: tree.select.map((o): Output => (o === number ? { expr: percent, as: 'percent' } : o)) };
  const note = `"${said[1]!} rate" = ${things} that ${deed.table.table.name} refer to, in percent of all`;
  return answered(rate, [note, ...sure.statement.assumptions], sure.confidence, input);
}
