/**
 * What a link's values say. A bounded number of rows is read from the referring table, their distinct keys are looked up
 * in the other one, and both rows of each key are laid side by side: which keys are not there or only under another
 * spelling, and which columns hold the same values. Two or three small statements a link, whatever the tables' size.
 */

import type { Cell } from '../../answer/contract.js';
import type { Column, Table } from '../../algebra/index.js';
import { likeness, spelledHow } from './equality.js';
import { Factors } from './factors.js';
import { columnSql, family, readFor, valuePaths } from './paths.js';
import type { ValuePath } from './paths.js';
import { respell } from './respell.js';
import type { Spelling } from './respell.js';
import type { Run } from './run.js';
import { Shifts } from './shifts.js';
import type { Shift } from './shifts.js';
import { sampleSpread } from './spread.js';
import { keyLiteral, lookUpStatement } from './statements.js';

export type { Run } from './run.js';

export interface LinkSample {
  /** Rows of the referring table that were looked at. */
  readonly rows: number;
  /** Which they were: `400 rows from 4 places along id`. */
  readonly how: string;
  /** Distinct keys among them, and how many of those the other table has as they are. */
  readonly keys: number;
  readonly found: number;
  /** Keys that the other table doesn't have; the first few. */
  readonly missing: readonly string[];
  /** Keys that the other table has under another spelling. */
  readonly respelled: readonly { readonly how: string; readonly count: number; readonly here: string; readonly there: string }[];
  /** How those are spelled there. */
  readonly spellings: readonly Spelling[];
  readonly pairs: readonly ValuePair[];
}

/** Two columns in the rows that one key ties together. */
export interface ValuePair {
  readonly left: ValuePath;
  readonly right: ValuePath;
  /** Pairs of values where neither is absent. */
  readonly compared: number;
  readonly equal: number;
  /** Equal but for case, blanks or the like. */
  readonly folded: number;
  /** Distinct values among the equal and the folded, or, where most are scaled, among those. */
  readonly distinct: number;
  /** Numbers here that are those there times one factor: how many, and which. */
  readonly scaled: { readonly count: number; readonly factor: number } | undefined;
  /** Times here that are those there and some hours. */
  readonly shifted?: Shift;
  /** Values that differ, the first few. */
  readonly examples: readonly { readonly key: string; readonly left: string; readonly right: string }[];
}

const sampleRows = 400;
/** More combinations than this, and only columns whose names are alike are compared. */
const maxCombinations = 3_000;
const maxExamples = 3;

export async function sampleLink(left: Table, from: Column, right: Table, to: Column, run: Run): Promise<LinkSample> {
  const [here, there] = [valuePaths(left), valuePaths(right)].map((paths, i) => paths.filter(({ column }) => column.name !== [from, to][i]!.name)) as [ValuePath[], ValuePath[]];
  const wide = here.length * there.length > maxCombinations;
  const leftPaths = wide ? [] : here;
  const rightPaths = wide ? [] : there;
  const { rows: sampled, how } = await sampleSpread(left, [columnSql(from), ...leftPaths.map(({ sql }) => sql)], readFor(from), sampleRows, run);
  const byKey = new Map<string, (readonly Cell[])[]>();
  for (const [value, ...cells] of sampled) {
    if (value === null || value === undefined) continue;
    const rows = byKey.get(String(value));
    if (rows === undefined) byKey.set(String(value), [cells]);
    else rows.push(cells);
  }
  const rightRows = new Map<string, readonly Cell[]>();
  await lookUp([...byKey.keys()]);
  const absent = [...byKey.keys()].filter((value) => !rightRows.has(value));
  const find = async (values: readonly string[]) => {
    await lookUp(values);
    return new Set(rightRows.keys());
  };
  const { keys: respelled, spellings } = await respell(absent, from, { table: right, column: to }, find, run);
  for (const [value, there] of respelled) rightRows.set(value, rightRows.get(there)!);
  return {
    rows: sampled.length,
    how,
    keys: byKey.size,
    found: byKey.size - absent.length,
    missing: absent.filter((value) => !respelled.has(value)).slice(0, maxExamples),
    respelled: summarise(respelled),
    spellings,
    pairs: pairs(leftPaths, rightPaths, byKey, rightRows),
  };

  async function lookUp(values: readonly string[]): Promise<void> {
    const literals = [...new Set(values.flatMap((value) => keyLiteral(value, to.type) ?? []))];
    if (literals.length === 0) return;
    // A key that isn't unique there has several rows; the first of each is enough.
    const found = await run(lookUpStatement(right, columnSql(to), literals, rightPaths.map(({ sql }) => sql), literals.length * 4));
    for (const [value, ...cells] of found.rows) if (!rightRows.has(String(value))) rightRows.set(String(value), cells);
  }
}

function summarise(respelled: ReadonlyMap<string, string>): LinkSample['respelled'] {
  const byHow = new Map<string, { how: string; count: number; here: string; there: string }>();
  for (const [here, there] of respelled) {
    const how = spelledHow(here, there);
    const entry = byHow.get(how) ?? { how, count: 0, here, there };
    entry.count++;
    byHow.set(how, entry);
  }
  return [...byHow.values()];
}

function pairs(
  leftPaths: readonly ValuePath[],
  rightPaths: readonly ValuePath[],
  byKey: ReadonlyMap<string, readonly (readonly Cell[])[]>,
  rightRows: ReadonlyMap<string, readonly Cell[]>,
): ValuePair[] {
  const result: ValuePair[] = [];
  for (const [i, left] of leftPaths.entries()) {
    for (const [j, right] of rightPaths.entries()) {
      if (!comparable(left, right)) continue;
      let [compared, equal, folded] = [0, 0, 0];
      const distinct = new Set<string>();
      const factors = new Factors();
      const shifts = new Shifts();
      const examples: { key: string; left: string; right: string }[] = [];
      for (const [key, rows] of byKey) {
        const there = rightRows.get(key)?.[j];
        if (there === undefined || there === null) continue;
        for (const row of rows) {
          const here = row[i]!;
          if (here === null) continue;
          compared++;
          const like = likeness(here, left.column.type, there, right.column.type);
          if (like === 'equal') equal++;
          else if (like === 'folded') folded++;
          if (like === 'different') factors.add(here, there);
          if (like === 'different') shifts.add(here, left.column.type, there, right.column.type);
          if (like !== 'different') distinct.add(String(there));
          else if (examples.length < maxExamples) examples.push({ key, left: String(here), right: String(there) });
        }
      }
      const scaled = factors.best();
      const shifted = shifts.best();
      if (compared > 0) result.push({ left, right, compared, equal, folded, distinct: Math.max(distinct.size, scaled?.distinct ?? 0), scaled: scaled && { count: scaled.count, factor: scaled.factor }, ...(shifted && { shifted }), examples });
    }
  }
  return result;
}

function comparable(left: ValuePath, right: ValuePath): boolean {
  const [a, b] = [family(left.column.type), family(right.column.type)];
  return a === b || (a === 'text' && b === 'uuid') || (a === 'uuid' && b === 'text') || (a === 'text' && b === 'number') || (a === 'number' && b === 'text');
}
