/** Which outputs of the statement, and which columns near it, a few words name. */

import { labelOf } from '../offline/build/roles.js';
import type { ColumnEntry, TableEntry } from '../offline/link/catalog.js';
import { nameWords } from '../offline/link/catalog.js';
import { chunk } from '../offline/read/chunks.js';
import type { Chunk } from '../offline/read/chunks.js';
import { tokenize } from '../offline/text/tokens.js';
import { light } from '../offline/text/words.js';
import type { Output, Query, Scalar } from '../offline/tree/tree.js';
import { hasAggregate } from '../offline/tree/tree.js';
import { same } from '../offline/build/same.js';
import { Inapplicable, placesOf, reach } from './last.js';
import type { Around, Reached } from './last.js';

const measureWords: Readonly<Record<string, readonly string[]>> = {
  count: ['count', 'number', 'total', 'amount', 'frequency', 'how', 'many'], sum: ['total', 'sum', 'amount'], avg: ['average', 'mean', 'avg'], max: ['highest', 'maximum', 'max', 'largest', 'latest'], min: ['lowest', 'minimum', 'min', 'smallest', 'earliest'],
};

/** Everything that an output may be called. */
function callings(expr: Scalar, tree: Query): Set<string> {
  switch (expr.kind) {
    case 'column':
      return new Set(expr.path.flatMap(nameWords));
    case 'aggregate': {
      const of = expr.arg === undefined ? [tree.from, ...tree.joins.map((j) => j.source)].flatMap((s) => nameWords(s.table?.name ?? '')) : [...callings(expr.arg, tree)];
      return new Set([...measureWords[expr.name]!, ...of]);
    }
    case 'bucket':
    case 'part':
      return new Set([expr.unit, 'date', 'time', ...callings(expr.arg, tree)]);
    case 'share':
      return new Set(['percentage', 'percent', 'share', 'rate', ...callings(expr.of, tree)]);
    case 'cast':
      return callings(expr.arg, tree);
    case 'arithmetic':
      return new Set([...callings(expr.left, tree), ...callings(expr.right, tree), 'percentage', 'percent', 'share', 'rate']);
    case 'call':
      return new Set(expr.args.flatMap((a) => [...callings(a, tree)]));
    default:
      return new Set();
  }
}

/** The outputs that all these words may name; the words' order says nothing. */
export function outputsCalled(words: string, tree: Query): Output[] {
  const said = tokenize(words).filter((t) => t.kind !== 'punct').map((t) => t.lemma).filter((w) => !['the', 'of', 'a', 'an', 'their', 'its', 'it', 'be'].includes(w));
  if (said.length === 0) return [];
  const named = tree.select.filter((o) => {
    const own = new Set([...callings(o.expr, tree), ...(o.as === undefined ? [] : nameWords(o.as))]);
    return said.every((w) => own.has(w));
  });
  // A name that is just that comes before one that holds it.
  const exact = named.filter((o) => (o.as !== undefined && nameWords(o.as).join(' ') === said.join(' ')) || (o.expr.kind === 'column' && nameWords(o.expr.path.at(-1)!).join(' ') === said.join(' ')));
  return exact.length > 0 ? exact : named;
}

export interface Named extends Reached {
  readonly score: number;
  readonly table: TableEntry;
  readonly entry?: ColumnEntry;
  readonly chunk: Chunk;
}

/** Runs of words that name columns or tables which the statement has or can reach, best first; undefined where other words stand between them. */
export function named(text: string, tree: Query, around: Around): Named[][] {
  const chunks = chunk(tokenize(`of ${text}`).slice(1), around.schema);
  const found: Named[][] = [];
  for (const c of chunks) {
    if (c.named) {
      const options = optionsOf(c, tree, around);
      if (options.length === 0) throw new Inapplicable(`"${c.text}" is nothing that each of its rows has one of`);
      found.push(options);
    } else if (!(c.op !== undefined && ['and', 'comma', 'all', 'distinct', 'each'].includes(c.op.op)) && !light.has(c.word)) {
      throw new Inapplicable(`"${c.text}" names nothing in it`);
    }
  }
  if (found.length === 0) throw new Inapplicable(`"${text}" names nothing in it`);
  return found;
}

function optionsOf(c: Chunk, tree: Query, around: Around): Named[] {
  const places = placesOf(tree, around.schema).map((p) => p.entry);
  const options: Named[] = [];
  const add = (column: ColumnEntry | undefined, table: TableEntry, score: number): void => {
    const target = column ?? labelOf(table)[0];
    if (target === undefined || score < 0.6) return;
    const way = reach(tree, target, around);
    if (way === undefined) return;
    options.push({ ...way, table, chunk: c, score: Math.log(score) - 0.4 * way.steps - (places.indexOf(table) > 0 ? 0.05 : 0), ...(column !== undefined && { entry: column }) });
  };
  for (const { table, score } of c.tables) add(undefined, table, score);
  const table = (c.tables[0]?.score ?? 0) >= 0.95;
  for (const { column, score } of c.columns) if (!(table && score < 0.9)) add(column, column.table, score);
  return options.sort((a, b) => b.score - a.score);
}

/** Options so near each other that only the user knows. */
export const alike = 0.15;

export function shownAlready(expr: Scalar, tree: Query): boolean {
  return tree.select.some((o) => same(o.expr, expr));
}

export function measures(tree: Query): Output[] {
  return tree.select.filter((o) => hasAggregate(o.expr));
}
