/** What a trace has asked for so far, and what of later messages and rows would have answered it. */

import { tableName } from '../algebra/index.js';
import type { Table } from '../algebra/index.js';
import { accessTo } from './access.js';
import type { Found } from './found.js';
import { foundIn, together } from './look-up.js';
import type { LookUp } from './look-up.js';
import type { Row } from './message.js';
import { withMembers } from './payload.js';

export class Standing {
  readonly #lookUps = new Map<string, LookUp>();
  /** By table, the values that a message must hold to be looked at. */
  readonly #values = new Map<string, ReadonlySet<string>>();

  /** @param local services that burden nobody else when they are read through */
  constructor(private readonly local: ReadonlySet<string>) {}

  add(lookUp: LookUp): void {
    const name = tableName(lookUp.table);
    const before = this.#lookUps.get(name);
    const [all] = together(before === undefined ? [lookUp] : [before, lookUp]);
    this.#lookUps.set(name, all!);
    this.#values.delete(name);
  }

  /** What tables were asked, which don't say when a row comes; without what only a scan of a large one can tell. */
  ofTables(): LookUp[] {
    const tables = [...this.#lookUps.values()].filter(({ table }) => table.kind !== 'topic');
    return tables.map((lookUp) => ({ ...lookUp, columns: lookUp.columns.filter(({ column }) => accessTo(lookUp.table, column, this.local) !== 'scan') }));
  }

  /** Those of a log's messages that hold what it was asked for. */
  among(log: Table, rows: readonly Row[]): Found[] {
    const lookUp = this.#lookUps.get(tableName(log));
    if (lookUp === undefined) return [];
    const values = this.#valuesOf(lookUp);
    return foundIn(lookUp, rows.filter((row) => mayHold(row, values)).map(withMembers));
  }

  #valuesOf({ table, ids, columns }: LookUp): ReadonlySet<string> {
    const name = tableName(table);
    const known = this.#values.get(name) ?? new Set([...ids, ...columns.flatMap(({ values }) => values)].map(({ value }) => value));
    this.#values.set(name, known);
    return known;
  }
}

/** Whether it is worth parsing. An escape in JSON may stand for any character. */
function mayHold(row: Row, values: ReadonlySet<string>): boolean {
  const text = Object.values(row).map((cell) => (typeof cell === 'string' ? cell : JSON.stringify(cell))).join('\n');
  if (text.includes('\\')) return true;
  for (const value of values) if (text.includes(value)) return true;
  return false;
}
