/**
 * "Average time between order and payment", "how long did rentals last", "average duration of visits per doctor": the time
 * from one moment to another, of two columns of times that the words name or that a table begins and ends with.
 */

import type { Translation } from '../../contract.js';
import { isTime, timeOf } from '../build/roles.js';
import { Scope, multiplies } from '../build/scope.js';
import { instant } from '../build/times.js';
import type { ColumnEntry, Schema, TableEntry } from '../link/catalog.js';
import { graphOf } from '../link/graph.js';
import { matchColumns, matchTables } from '../link/match.js';
import { lemma } from '../text/lemma.js';
import type { AggregateName, Output, Scalar } from '../tree/tree.js';
import { hasAggregate, isPlain, query } from '../tree/tree.js';
import { answered } from './answered.js';
import type { FormInput } from './input.js';
import { surely } from './sure.js';

const lead = String.raw`(?:(?:please )?(?:show|give|tell|list|find|compute|calculate|what is|what was|what's|what are)(?: me| us)? )?(?:the |an? )?`;
const between = new RegExp(String.raw`^(?:${lead}(?:(average|avg|mean|longest|shortest|maximum|minimum|max|min) )?(?:time|duration|delay|gap|interval|lag|(?:number of )?(?:days|hours))(?: it takes| passed| elapsed)?|how (?:long|much time|many days|many hours)(?: does it take| did it take| is it| was it| is| was| passes| passed)?(?: on average)?) (?:between|from) (.+?) (?:and|to|until|till) (.+?)(?: on average)?[?.!\s]*$`, 'i');
const lasting = /^how long (?:do|did|does|have|has|are|is|were|was) (?:the |an? |our )?(.+?) (?:last|lasts|lasted|take|takes|taken|took|stay|stayed|run)(?: for)?((?: (?:per|by|for each|in each|last|this|in|since|during) .+?)?)(?: on average)?((?: (?:per|by|for each) .+?)?)[?.!\s]*$/i;
const length = new RegExp(String.raw`^${lead}(?:average|avg|mean) (?:(?:duration|length) (?:of|for) (?:the |all |our )?(.+?)|(.+?) (?:duration|length)((?: (?:per|by|for each|in each|last|this|in|since|during|of) .+?)?))[?.!\s]*$`, 'i');

export async function readDuration(input: FormInput): Promise<Translation | undefined> {
  const question = input.question.trim();
  const gap = between.exec(question);
  if (gap !== null) return readGap(gap, input);
  const said = lasting.exec(question);
  const asked = length.exec(question);
  if (said === null && asked === null) return undefined;
  const of = said === null ? (asked![1] ?? `${asked![2]!}${asked![3]!}`) : `${said[1]!}${said[2]!}${said[3]!}`;
  const rest = await surely(`number of ${plural(of)}`, input);
  const main = rest === undefined ? undefined : input.schema.tables.find((t) => t.table === rest.tree.from.table);
  const span = main === undefined ? undefined : spanOf(main);
  if (rest === undefined || span === undefined) return undefined;
  const { tree } = rest;
  const counts = tree.select.filter((o) => hasAggregate(o.expr));
  const [count] = counts;
  const plain = count?.expr.kind === 'aggregate' && count.expr.name === 'count' && count.expr.arg === undefined && counts.length === 1;
  if (!plain || !isPlain(tree)) return undefined;
  const column = (c: ColumnEntry): Scalar => ({ kind: 'column', source: tree.from, path: c.path, type: c.type });
  const { measure, unit } = elapsed(span.start, column(span.start), span.end, column(span.end));
  const all: readonly AggregateName[] = said !== null && !/ on average\b/i.test(question) ? ['avg', 'min', 'max'] : ['avg'];
  const told = tree.select.flatMap((o): Output[] => (o === count ? all.map((name) => ({ expr: { kind: 'aggregate', name, arg: measure }, as: `${name}_${unit}s` })) : [o]));
  return answered({ ...tree, select: told }, [...notes(span.start, span.end, unit), ...rest.statement.assumptions], rest.confidence, input);
}

/** A single thing's kind: "a rental". The tail stays as it is. */
function plural(text: string): string {
  return text.replace(/^(each|every|all|the) /i, '');
}

const called = (c: ColumnEntry): string => `${c.table.table.name}.${c.path.join('.')}`;

export function notes(start: ColumnEntry, end: ColumnEntry, unit: 'day' | 'hour'): string[] {
  return [`in ${unit}s from ${called(start)} to ${called(end)}; rows that lack one of them are left out`];
}

/** Days between dates; else hours, of instants of one kind. */
export function elapsed(start: ColumnEntry, left: Scalar, end: ColumnEntry, right: Scalar): { measure: Scalar; unit: 'day' | 'hour' } {
  const days = start.type.kind === 'date' || end.type.kind === 'date';
  const cast = (c: ColumnEntry, s: Scalar): Scalar => {
    const at = instant(c, s);
    if (days) return c.type.kind === 'date' ? at : { kind: 'cast', arg: at, to: 'DATE' };
    const zoned = [start, end].some((o) => o.type.kind === 'timestamp' && o.type.zoned);
    return zoned && !(c.type.kind === 'timestamp' && c.type.zoned) ? { kind: 'cast', arg: at, to: 'TIMESTAMPTZ' } : at;
  };
  const unit = days ? 'day' : 'hour';
  return { measure: { kind: 'elapsed', unit, left: cast(start, left), right: cast(end, right) }, unit };
}

const ends = new Set(['do', 'close', 'finish', 'complete', 'completion', 'resolve', 'leave', 'return', 'end', 'settle', 'deliver', 'delivery', 'ship', 'discharge', 'out', 'until', 'to', 'drop', 'depart', 'departure', 'stop', 'terminate']);
const other = new Set(['due', 'deadline', 'promise', 'expect', 'schedule', 'plan', 'eta', 'birth', 'born', 'update', 'modify', 'delete', 'expire', 'expiry']);

/** When a table's rows begin and end: its one time of an end, and its time. */
export function spanOf(table: TableEntry): { start: ColumnEntry; end: ColumnEntry } | undefined {
  if (table.columns.some((c) => c.names.some((n) => /^(duration|length)$/.test(n.words.at(-1)!)))) return undefined;
  const times = table.columns.filter((c) => c.path.length === 1 && isTime(c.type) && !c.names[0]!.words.some((w) => other.has(w)));
  // Cast off, sign off, check out; a take-off is a beginning.
  const ended = (words: readonly string[]): boolean => words.some((w, i) => ends.has(w) || (w === 'off' && !/^(take|lift|kick)$/.test(words[i - 1] ?? '')));
  const closing = times.filter((c) => ended(c.names[0]!.words));
  const opening = times.filter((c) => !closing.includes(c));
  const [end] = closing;
  const [start] = opening;
  return closing.length !== 1 || opening.length !== 1 ? undefined : { start: start!, end: end! };
}

/** "between A and B": two columns of times, or the times of two linked tables. */
async function readGap([, how, first, second]: RegExpExecArray, input: FormInput): Promise<Translation | undefined> {
  const { schema } = input;
  const tail = /^(.+?)((?: (?:per|by|for each) .+)?)$/i.exec(second!)!;
  const group = tail[2]!.trim().replace(/^(per|by|for each) (the )?/i, '');
  const [left, right] = halves(first!, tail[1]!, schema);
  const pairs = left.flatMap((a) => right.map((b) => ({ a, b }))).filter(({ a, b }) => a !== b);
  const within = pairs.filter(({ a, b }) => a.table === b.table);
  const graph = graphOf(schema);
  const linked = within.length > 0 ? within : pairs.filter(({ a, b }) => graph.distance(a.table, b.table) < 5);
  const [pair] = linked;
  if (pair === undefined || linked.length > 1) return undefined;
  const { a, b } = pair;
  // Each row of the one belongs to one row of the other: the many are measured.
  for (const [main, far] of [[b.table, a.table], [a.table, b.table]] as const) {
    const scope = new Scope(graph, main);
    scope.add(far);
    const by = group === '' ? undefined : groupsOf(group, [main, far], schema, scope);
    if (group !== '' && by === undefined) return undefined;
    const joins = scope.joins();
    if (joins === undefined || scope.rivals > 0 || multiplies(scope.edges() ?? [], main)) continue;
    const { measure, unit } = elapsed(a, scope.column(a), b, scope.column(b));
    const name: AggregateName = /^(longest|max)/i.test(how ?? '') ? 'max' : /^(shortest|min)/i.test(how ?? '') ? 'min' : 'avg';
    const keys = by ?? [];
    const told: Output[] = [...keys.map((expr): Output => ({ expr })), { expr: { kind: 'aggregate', name, arg: measure }, as: `${name}_${unit}s` }];
    const each = main === far ? [] : [`of each of the ${main.table.name}`];
    return answered(query(scope.add(main), { select: told, joins, group: keys }), [...notes(a, b, unit), ...each], 0.88, input);
  }
  return undefined;
}

/** What the two ends may be; "due and done tasks" has both in the table that is said last. */
function halves(first: string, second: string, schema: Schema): [ColumnEntry[], ColumnEntry[]] {
  const [left, right] = [timesCalled(first, schema), timesCalled(second, schema)];
  const words = second.trim().split(/\s+/);
  const table = words.length < 2 ? undefined : tableCalled(words.at(-1)!, schema);
  if (table === undefined) return [left, right];
  const own = (text: string): ColumnEntry[] => timesCalled(text, schema).filter((c) => c.table === table);
  return [own(first), own(words.slice(0, -1).join(' '))];
}

function tableCalled(word: string, schema: Schema): TableEntry | undefined {
  return matchTables(schema, [lemma(word.toLowerCase())], false).find((m) => m.score >= 0.95 && m.table.table.kind !== 'topic')?.table;
}

function timesCalled(text: string, schema: Schema): ColumnEntry[] {
  const words = text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((w) => w !== '' && !/^(the|an?|being|its|their|it|is|was|of|time|when|until|first|having|been)$/.test(w)).map(lemma);
  if (words.length === 0) return [];
  const columns = matchColumns(schema, words, false).filter((m) => m.score >= 0.9 && isTime(m.column.type) && m.column.table.table.kind !== 'topic').map((m) => m.column);
  const tables = matchTables(schema, words, false).filter((m) => m.score >= 0.95 && m.table.table.kind !== 'topic').flatMap((m) => timeOf(m.table) ?? []);
  // "arrival", of arrived_on.
  const loose = columns.length + tables.length > 0 ? [] : matchColumns(schema, words, true).filter((m) => m.score >= 0.75 && isTime(m.column.type) && m.column.table.table.kind !== 'topic').map((m) => m.column);
  return [...new Set([...tables, ...columns, ...loose])];
}

function groupsOf(text: string, own: readonly TableEntry[], schema: Schema, scope: Scope): Scalar[] | undefined {
  const words = text.toLowerCase().split(/\s+/).map(lemma);
  const column = matchColumns(schema, words, false).find((m) => m.score >= 0.95 && own.includes(m.column.table))?.column ?? matchColumns(schema, words, false).find((m) => m.score >= 0.95 && m.column.type.kind === 'text')?.column;
  return column === undefined ? undefined : [scope.column(column)];
}
