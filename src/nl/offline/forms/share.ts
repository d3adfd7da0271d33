/**
 * "Share of cancelled visits", "what percentage of pets are chipped": a part of a whole, in percent. The part and the whole
 * are read as two numbers of rows; what the part has in conditions beyond the whole is the filter of the numerator. Without
 * such a condition but with groups ("share of visits per state") each group is a part of all.
 */

import type { Translation } from '../../contract.js';
import { english } from '../tree/english.js';
import { sql } from '../tree/sql.js';
import type { Output, Predicate, Query, Scalar } from '../tree/tree.js';
import { count, hasAggregate, isPlain, query } from '../tree/tree.js';
import { isCurrency } from '../build/currencies.js';
import { isText } from '../build/roles.js';
import { matchColumns, matchTables } from '../link/match.js';
import { writtenWords } from '../link/catalog.js';
import type { Schema } from '../link/catalog.js';
import { lemma, root } from '../text/lemma.js';
import type { FormInput } from './input.js';
import { surely } from './sure.js';
import type { Sure } from './sure.js';

const cue = /^(?:please )?(?:(?:show|give|tell|list|find|calculate|compute)(?: me| us)? )?(?:(?:what|which)(?: is| are| was)? )?(?:the )?(?:share|percentage|percent|per cent|proportion|fraction|distribution)s?(?: of)?(?: the| all| our)? (.+?)[?.!\s]*$/i;

/** "cancelled orders as a share of all orders" */
const asPart = /^(?:(?:show|give|tell|list|find|calculate|compute)(?: me| us)? )?(?:the )?(.+?) as (?:a |the )?(?:share|percentage|percent|proportion|fraction) of (?:all |the )*(.+?)[?.!\s]*$/i;

/** "payments by method as a percentage" */
const inPercent = /^(?:(?:show|give|tell|list|find|calculate|compute)(?: me| us)? )?(?:the |our )?(?:number of )?(.+? (?:per|by|for each|in each) .+?),? (?:as (?:a )?(?:percentages?|percent|shares?|%)|in (?:percent|per cent|%))(?: of (?:all|the total|the whole|total))?[?.!\s]*$/i;

export async function readShare(input: FormInput): Promise<Translation | undefined> {
  const { schema, context } = input;
  const parted = inPercent.exec(input.question);
  const question = parted === null ? input.question : `share of ${parted[1]!}`;
  const rate = rateOf(question, schema);
  const part = asPart.exec(question);
  if (part !== null) {
    const [numerator, denominator] = [await number(part[1]!), await number(part[2]!)];
    const tree = numerator === undefined || denominator === undefined ? undefined : shareOfRows(numerator.tree, denominator.tree);
    return tree === undefined ? undefined : answer(numerator!, tree);
  }
  const said = rate === undefined ? cue.exec(question) : cue.exec(`share of ${rate.of}`);
  if (said === null || /\b(share|percent\w*|proportion) of\b/i.test(said[1]!)) return undefined;
  // A column that is called so is no share that would have to be computed.
  if (schema.columnsByWord.has('share') || schema.columnsByWord.has('percentage') || schema.columnsByWord.has('proportion')) return undefined;
  const of = said[1]!;
  const sum = await sumOf(of, input);
  if (sum !== undefined) return answer(sum, shareOfGroups(sum.tree));
  for (const { part, whole } of ways(of, schema)) {
    const numerator = await number(part);
    if (numerator === undefined) continue;
    if (whole === part) {
      // A rate is of each group's own rows, never a group's part of all.
      if (numerator.tree.group.length === 0 || rate !== undefined) continue;
      return answer(numerator, shareOfGroups(numerator.tree));
    }
    const denominator = await number(whole);
    const tree = denominator === undefined ? undefined : shareOfRows(numerator.tree, denominator.tree);
    if (tree !== undefined) return answer(numerator, tree);
  }
  return undefined;

  function number(text: string): Promise<Sure | undefined> {
    return surely(`number of ${text}`, input);
  }

  async function answer({ statement, confidence }: Sure, tree: Query): Promise<Translation | undefined> {
    const text = sql(tree);
    const notes = rate === undefined ? [] : [rate.note];
    if ((await context.check(text)) !== undefined) return undefined;
    return { kind: 'statement', statement: { sql: text, reading: english(tree), assumptions: [...notes, ...statement.assumptions] }, confidence, alternatives: [] };
  }
}

/** Which words say the part: a predicate behind the noun, words before it, or none. */
function ways(of: string, schema: Schema): { part: string; whole: string }[] {
  const result: { part: string; whole: string }[] = [];
  const predicate = /^(.+?) (?:(?:that|which|who) )?((?:are|is|were|was|have been|has been|had been|got) .+?|(?:that|which|who) .+?)((?: (?:per|by|for each|in each) .+)?)$/i.exec(of);
  if (predicate !== null) {
    const [, noun, said, tail] = predicate as unknown as [string, string, string, string];
    result.push({ part: `${noun} ${/^(that|which|who) /i.test(said) ? said : `that ${said}`}${tail}`, whole: `${noun}${tail}` });
    return result;
  }
  // "payments failed", "visits that were missed"
  const bare = /^(\S+) ((?:have |has |had )?[a-z]+ed)((?: (?:per|by|for each|in each) .+)?)$/i.exec(of);
  if (bare !== null) result.push({ part: `${bare[2]!.replace(/^(have|has|had) /i, '')} ${bare[1]!}${bare[3]!}`, whole: `${bare[1]!}${bare[3]!}` });
  const words = of.split(/\s+/);
  // "tickets sold on the web", "bookings in business": what is said after the thing is the part.
  const thing = [3, 2, 1].find((n) => isTable(words.slice(0, n), schema));
  if (thing !== undefined) {
    const tail = / (?:per|by|for each|in each) .+$/i.exec(of)?.[0] ?? '';
    result.push({ part: of, whole: `${words.slice(0, thing).join(' ')}${tail}` });
    return result;
  }
  for (let taken = 1; taken <= Math.min(3, words.length - 1); taken++) result.push({ part: of, whole: words.slice(taken).join(' ') });
  result.push({ part: of, whole: of });
  return result;
}

function isTable(words: readonly string[], schema: Schema): boolean {
  return matchTables(schema, words.map((w) => lemma(w.toLowerCase())), false).some((m) => m.score >= 0.95 && m.table.table.kind !== 'topic');
}

/** "Share of total price per tier": each group's part of a sum, where it is a column that is added up. */
async function sumOf(text: string, input: FormInput): Promise<Sure | undefined> {
  const said = text.replace(/^(total|sum of|the) /i, '');
  if (!/ (per|by|for each|in each) /i.test(said)) return undefined;
  const sure = await surely(`total ${said}`, input);
  const measured = sure?.tree.select.filter((o) => hasAggregate(o.expr)) ?? [];
  const [sum] = measured;
  const adds = sum?.expr.kind === 'aggregate' && sum.expr.name === 'sum' && measured.length === 1;
  return sure !== undefined && adds && sure.tree.group.length > 0 && sure.tree.limit === undefined && sure.tree.having.length === 0 && sure.tree.foremost !== true && !sure.tree.group.some(isCurrency) ? sure : undefined;
}

function shareOfGroups(tree: Query): Query {
  return { ...tree, select: tree.select.map((o): Output => (hasAggregate(o.expr) ? { expr: { kind: 'share', of: o.expr }, as: 'percent' } : o)) };
}

/** Both count rows of the same tables, in the same groups; the part meets every condition of the whole and more. */
function shareOfRows(part: Query, whole: Query): Query | undefined {
  const frame = (q: Query): string => sql({ ...q, where: [] });
  const counts = (q: Query): boolean => q.select.filter((o) => hasAggregate(o.expr)).length === 1 && isPlain(q) && q.from.table !== undefined;
  if (!counts(part) || !counts(whole) || frame(part) !== frame(whole)) return undefined;
  const text = (p: Predicate): string => sql(query(whole.from, { joins: whole.joins, where: [p] }));
  const kept = new Set(whole.where.map(text));
  const own = part.where.filter((p) => !kept.has(text(p)));
  if (own.length === 0 || part.where.length - own.length !== whole.where.length || own.some((p) => p.kind === 'in' && !Array.isArray(p.values))) return undefined;
  const measured = whole.select.find((o) => hasAggregate(o.expr))!.expr;
  if (measured.kind !== 'aggregate' || measured.name !== 'count' || measured.arg !== undefined) return undefined;
  const filter: Predicate = own.length === 1 ? own[0]! : { kind: 'and', args: own };
  const percent: Scalar = { kind: 'arithmetic', op: '/', left: { kind: 'arithmetic', op: '*', left: { kind: 'number', value: 100 }, right: { ...count, filter } as Scalar }, right: count };
  return { ...whole, select: whole.select.map((o): Output => (hasAggregate(o.expr) ? { expr: percent, as: 'percent' } : o)) };
}

/** Which flags of success tell of a state, by their roots. */
const flags: Readonly<Record<string, readonly string[]>> = Object.fromEntries(['fail', 'failur', 'failure', 'success', 'pass'].map((state) => [root(lemma(state)), ['succeed', 'succeeded', 'success', 'successful', 'successfull', 'pass', 'ok'].map(root)]));

/** "payment failure rate by method": the share of payments whose state says so. Undefined where a column is called that. */
function rateOf(question: string, schema: Schema): { of: string; note: string } | undefined {
  const said = /^(?:(?:show|give|tell|list|find|what is|what was)(?: me| us)? )?(?:the )?([a-z]+?|[a-z]+ [a-z]+?)s? ([a-z]+) rate((?: (?:per|by|for each|in each) .+)?)[?.!\s]*$/i.exec(question);
  if (said === null) return undefined;
  const [, noun, state, tail] = said as unknown as [string, string, string, string];
  if (matchColumns(schema, [state.toLowerCase(), 'rate'], false).length > 0) return undefined;
  const meant = root(lemma(state.toLowerCase()));
  for (const { table, score } of matchTables(schema, noun.toLowerCase().split(' ').map(lemma), false)) {
    if (score < 0.95 || table.table.kind === 'topic') continue;
    const flag = table.columns.find((c) => c.type.kind === 'boolean' && c.names.some((n) => n.words.length === 1 && (flags[meant] ?? [meant]).includes(root(n.words[0]!))));
    if (flag !== undefined) {
      const said = meant.startsWith('fail') ? 'failed' : writtenWords(flag.column.name).join(' ');
      return { of: `${said} ${noun}s${tail}`, note: `"${state} rate" = ${said} ${noun}s in percent of all` };
    }
    const found = table.columns.flatMap((c) => (isText(c.type) ? c.values.filter((v) => /^\p{L}+$/u.test(v) && root(lemma(v.toLowerCase())) === meant) : []));
    const [value] = found;
    if (value !== undefined && new Set(found.map((v) => v.toLowerCase())).size === 1) return { of: `${value.toLowerCase()} ${noun}s${tail}`, note: `"${state} rate" = ${value.toLowerCase()} ${noun}s in percent of all` };
  }
  return undefined;
}
