/**
 * What services believe about the same things. Tables of different services belong together when a link ties them or
 * when they hold the same entity; their columns are paired by the link, by name, as a copy (`user_email` beside
 * users.email) or by the values of rows that one key ties together. Each pair is compared by name, type, length,
 * nullability, key, enumeration and values.
 *
 * Direction: values flow from the right side, where the entity lives, to the left side, which refers to it or copies
 * it. Severity says what can happen to a value on that way. Messages that a schema binds are judged the other way too:
 * what a table could not take of them, if it is they that feed it.
 *
 *   pairs.ts       what belongs together          compare.ts   one pair, judged        type-flow.ts   types by direction
 *   values/        what the rows say, by small statements over one table each
 *   links.ts       links with the evidence of their values
 */

import type { DiffAnswer, QueryAnswer } from '../answer/contract.js';
import type { Catalog, Link } from '../catalog/contract.js';
import { isRepeated, tableName, withFields } from '../algebra/index.js';
import type { Table } from '../algebra/index.js';
import { AishellError } from '../errors.js';
import { atOnce } from './at-once.js';
import { compareColumns, compareFeed, compareKeys, compareTables } from './compare.js';
import type { Observation } from './compare.js';
import { pairTables } from './pairs.js';
import type { ColumnPair, Feed, TablePair } from './pairs.js';
import { holds, rangeOf } from './type-flow.js';
import { findColumn, sampleLinks } from './links.js';
import { discoverLinks } from './values/discover.js';
import { columnSql } from './values/paths.js';
import type { LinkSample, Run } from './values/sample.js';
import { sampleTwins } from './values/twins.js';
import { outsideStatement } from './values/statements.js';

export type Comparison = Pick<DiffAnswer, 'kind' | 'scope' | 'pairs' | 'summary' | 'warnings'>;

export interface Scope {
  /** A service or `service.table`; with `right` absent it is compared with everything linked to it. */
  readonly left?: string | undefined;
  readonly right?: string | undefined;
}

/**
 * @param run asks the stores for values; absent: schemas alone are compared
 * @param feeds topics whose messages are written to tables
 */
export async function compareSchemas(catalog: Catalog, { left, right }: Scope = {}, run?: Run, feeds: readonly Feed[] = []): Promise<Comparison> {
  const tables = catalog.services.flatMap((service) => service.tables.map(withFields));
  const inLeft = scopeOf(left, catalog, tables);
  const inRight = scopeOf(right, catalog, tables);
  const inScope = (a: Table, b: Table) => (inLeft(a) && inRight(b)) || (inLeft(b) && inRight(a));
  // Names propose links, values propose more; a person's word is in both.
  const found = run === undefined ? [] : (await discoverLinks(tables, catalog.links, run, inScope)).proposals.map(({ link }) => link);
  const links = [...catalog.links, ...found];
  const crossing = links.filter((link) => {
    const [from, to] = [findColumn(tables, link.from), findColumn(tables, link.to)];
    return from !== undefined && to !== undefined && from.table.service !== to.table.service && inScope(from.table, to.table);
  });
  const samples = run === undefined ? undefined : await sampleLinks(tables, crossing, run);
  const kept = samples === undefined ? links : links.filter((link) => !samples.get(link)?.isRefuted);
  const sampled = new Map([...(samples ?? [])].map(([link, { sample }]) => [link, sample] as const));
  const twins = run === undefined ? new Map<Link, LinkSample>() : await sampleTwins(tables, crossing, inScope, run);
  const belonging = pairTables(tables, [...kept, ...twins.keys()], new Map([...sampled, ...twins]), feeds).filter((pair) => inScope(pair.left, pair.right));
  const pairs = await atOnce(belonging, (pair) => comparePair(pair, run));
  return { kind: 'diff', scope: [left, right].filter((name) => name !== undefined).join(' and ') || 'all services', pairs, ...summarise(pairs, links, kept) };
}

async function comparePair(pair: TablePair, run: Run | undefined): Promise<DiffAnswer['pairs'][number]> {
  const compared = await atOnce(pair.columns, async (columns) => {
    const sample = pair.samples.find(({ from }) => columns.role === 'reference' && from.name === columns.left.name)?.sample;
    const allFound = sample !== undefined && sample.found > 0 && sample.respelled.length === 0;
    return compareColumns(pair, columns, run && { outside: await outside(pair, columns, run), allFound });
  });
  const keys = pair.samples.flatMap(({ from, to, sample }) => compareKeys(pair, from, to, sample));
  const differences = [...keys, ...compared.flat(), ...compareFeed(pair)];
  return {
    left: tableName(pair.left),
    right: tableName(pair.right),
    via: pair.via,
    sampled: pair.samples.map(({ from, sample }) => `${from.name}: ${sample.how}`),
    agreements: compared.filter((found) => found.length === 0).length,
    differences: [...differences, ...compareTables(pair, differences)],
  };
}

/** Only where the types alone would call it breaking: is there a value that does not fit? */
async function outside({ right }: TablePair, { left: to, right: from }: ColumnPair, run: Run): Promise<Observation['outside']> {
  if (to.type.kind !== 'int' || from.type.kind !== 'int' || holds(to.type, from.type)) return undefined;
  if (isRepeated(from)) return undefined;
  const answer: QueryAnswer = await run(outsideStatement(right, columnSql(from), ...rangeOf(to.type)));
  const value = answer.rows[0]?.[0];
  return value === undefined || value === null ? null : String(value);
}

function summarise(pairs: DiffAnswer['pairs'], links: readonly Link[], kept: readonly Link[]): Pick<DiffAnswer, 'summary' | 'warnings'> {
  const differences = pairs.flatMap((pair) => pair.differences);
  const count = (what: string, test: (d: (typeof differences)[number]) => boolean) => ({ what, count: differences.filter(test).length });
  const refuted = links.length - kept.length;
  return {
    summary: [
      { what: 'pairs of tables compared', count: pairs.length },
      { what: 'columns that agree', count: pairs.reduce((sum, pair) => sum + pair.agreements, 0) },
      count('breaking', (d) => d.severity === 'breaking'),
      count('risky', (d) => d.severity === 'risky'),
      count('notes', (d) => d.severity === 'note'),
    ],
    warnings: [
      ...(pairs.length > 0 ? [] : ['No two tables here are linked, so there was nothing to compare. `links:` in the configuration can tie columns together.']),
      ...(refuted > 0 ? [`${refuted} ${refuted === 1 ? 'link that the names suggest is' : 'links that the names suggest are'} contradicted by the values and left out: \`aishell schema links\` shows which.`] : []),
    ],
  };
}

function scopeOf(name: string | undefined, catalog: Catalog, tables: readonly Table[]): (table: Table) => boolean {
  if (name === undefined) return () => true;
  const wanted = name.toLowerCase();
  const inScope = (table: Table) => table.service.toLowerCase() === wanted || tableName(table).toLowerCase() === wanted;
  if (!tables.some(inScope)) {
    throw new AishellError(
      'sql.unknown',
      `There is no service or table '${name}' to compare.`,
      `Services: ${catalog.services.map((service) => service.name).join(', ')}. A table is written service.table.`,
    );
  }
  return inScope;
}
