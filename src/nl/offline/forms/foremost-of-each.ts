/** "The latest payment of each customer", "first order per user", "cheapest product by category": one row a group, ties included. */

import type { Translation } from '../../contract.js';
import { isMeasure, keyOf, labelOf, timeOf } from '../build/roles.js';
import { Scope, multiplies } from '../build/scope.js';
import { distinct, unique } from '../build/same.js';
import type { ColumnEntry, Schema, TableEntry } from '../link/catalog.js';
import { graphOf } from '../link/graph.js';
import { matchColumns, matchTables } from '../link/match.js';
import { dimensionOf } from '../text/words.js';
import { tokenize } from '../text/tokens.js';
import { english } from '../tree/english.js';
import { sql } from '../tree/sql.js';
import type { Output, Scalar } from '../tree/tree.js';
import { query } from '../tree/tree.js';
import type { FormInput } from './input.js';

const cue = /^(?:(?:please |can you |could you )?(?:show|list|give|find|get|display|tell|what is|what was|what are|what were|which is)(?: me| us)? )?(?:the |every |each )?(?:(most|least) (recent|expensive)|(latest|newest|last|first|earliest|oldest|cheapest|biggest|largest|highest|smallest|lowest|longest|shortest)) ([\p{L}_ ]+?) (?:(?:of|for|from|by|in|made by|placed by) (?:each|every)|per) (?:the )?([\p{L}_ ]+?)[?.!\s]*$/iu;

export async function readForemostOfEach({ question, schema, context }: FormInput): Promise<Translation | undefined> {
  // "Every passenger's last booking" is the last booking of every passenger.
  const said = cue.exec(question.trim().replace(/\b((?:each|every) [\p{L}_ ]+?)['’]s? (\p{L}+(?:st|ent|nsive)) ([\p{L}_ ]+?)([?.!\s]*)$/iu, '$2 $3 of $1$4'));
  if (said === null) return undefined;
  const [, degree, adjective, superlative, thing, group] = said;
  const word = (superlative ?? adjective!).toLowerCase();
  const of = tableOf(thing!, schema);
  const by = of === undefined ? undefined : orderOf(word, of);
  if (of === undefined || by === undefined) return undefined;
  const whole = groupOf(group!, of, schema);
  if (whole === undefined) return undefined;
  const scope = new Scope(graphOf(schema), of);
  scope.add(whole.table);
  const joins = scope.joins();
  // Each row must belong to one group at most, by one way.
  if (joins === undefined || scope.rivals > 0 || multiplies(scope.edges() ?? [], of)) return undefined;
  const shownOfGroup = whole.column !== undefined ? [whole.column] : labelOf(whole.table);
  const key = whole.column ?? keyOf(whole.table);
  if (shownOfGroup.length === 0 || key === undefined) return undefined;
  const own = [...labelOf(of), by.column, ...of.columns.filter((c) => isMeasure(c) && c !== by.column).slice(0, 2)];
  const select = unique([...shownOfGroup, ...own].map((c): Output => ({ expr: scope.column(c) })));
  const per: Scalar[] = distinct([scope.column(key)]);
  const column = scope.column(by.column);
  const desc = degree?.toLowerCase() === 'least' ? !by.high : by.high;
  const tree = query(scope.add(of), { select, joins, where: [{ kind: 'null', arg: column, negated: true }], order: [{ expr: column, desc }], foremost: true, per });
  const text = sql(tree);
  if ((await context.check(text)) !== undefined) return undefined;
  const note = `"${[degree, adjective, superlative].filter((w) => w !== undefined).join(' ')}" = ${desc ? 'highest' : 'lowest'} ${of.table.name}.${by.column.path.join('.')}`;
  return { kind: 'statement', statement: { sql: text, reading: english(tree), assumptions: [note] }, confidence: 0.9, alternatives: [] };
}

function tableOf(text: string, schema: Schema): TableEntry | undefined {
  const found = matchTables(schema, tokenize(text).map((t) => t.lemma), false).filter((m) => m.score >= 0.95 && m.table.table.kind !== 'topic');
  const [best, second] = found;
  return best === undefined || second?.score === best.score ? undefined : best.table;
}

const later = new Set(['recent', 'latest', 'newest', 'last']);
const earlier = new Set(['first', 'earliest', 'oldest']);

/** By its time, or by the one column that the adjective measures. */
function orderOf(word: string, table: TableEntry): { column: ColumnEntry; high: boolean } | undefined {
  if (later.has(word) || earlier.has(word)) {
    const column = timeOf(table);
    return column === undefined ? undefined : { column, high: later.has(word) };
  }
  const dimension = dimensionOf(word) ?? (word === 'highest' || word === 'lowest' ? { concepts: [], high: word === 'highest' } : undefined);
  if (dimension === undefined) return undefined;
  const money = ['price', 'cost', 'fee', 'amount', 'total', 'rate', 'value'];
  const named = table.columns.filter((c) => isMeasure(c) && c.names.some((n) => dimension.concepts.includes(n.words.at(-1)!)));
  const sized = named.length > 0 || !/^(biggest|largest|smallest|highest|lowest)$/.test(word) ? named : table.columns.filter((c) => isMeasure(c) && c.names.some((n) => money.includes(n.words.at(-1)!)));
  return sized.length === 1 ? { column: sized[0]!, high: dimension.high } : undefined;
}

/** A table that each row belongs to, or a column of the rows themselves. */
function groupOf(text: string, of: TableEntry, schema: Schema): { table: TableEntry; column?: ColumnEntry } | undefined {
  const words = tokenize(text).map((t) => t.lemma);
  const column = matchColumns(schema, words, false).find((m) => m.score >= 0.95 && m.column.table === of)?.column;
  const table = tableOf(text, schema);
  if (table !== undefined && table !== of) return { table };
  return column === undefined || column.foreign ? undefined : { table: of, column };
}
