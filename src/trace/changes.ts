/**
 * Which table of the catalogue a change is about: the one that the message names by database, schema and table; where it
 * names none, the one that the topic is called after, as Debezium does (prefix.schema.table, prefix.database.table). Names
 * that several tables fit equally well say nothing.
 */

import type { Column, Table } from '../algebra/index.js';
import type { Certainty } from '../answer/contract.js';
import type { CatalogService } from '../catalog/contract.js';
import { changeOf, keyRecord } from './change.js';
import type { TableNames } from './change.js';
import { nativeName } from './graph.js';
import { isObject } from './payload.js';
import type { Row } from './payload.js';

/** What else is known of where a table is. */
interface Place {
  readonly table: Table;
  readonly schema: string | undefined;
  readonly database: string | undefined;
}

export interface Changed {
  readonly table: Table;
  readonly certainty: Certainty;
}

/** How well names fit a place; undefined: they contradict it. */
type Fit = (place: Place) => number | undefined;

export class Changes {
  readonly #places = new Map<string, Place[]>();
  readonly #logs: readonly Table[];
  readonly #called = new Map<Table, Table | undefined>();
  readonly #known = new WeakMap<Row, Changed | null>();

  constructor(services: readonly Pick<CatalogService, 'tables' | 'facts'>[]) {
    const tables = services.flatMap(({ tables, facts }) => tables.map((table): Place => ({ table, schema: lower(table.schema ?? facts.defaultSchema), database: lower(facts['database']) })));
    for (const place of tables.filter(({ table }) => table.kind !== 'topic')) {
      const name = place.table.name.toLowerCase();
      this.#places.set(name, [...(this.#places.get(name) ?? []), place]);
    }
    this.#logs = tables.map(({ table }) => table).filter(({ kind }) => kind === 'topic');
  }

  /** undefined: it is no change of a table that the catalogue has. */
  tableOf(log: Table, row: Row): Changed | undefined {
    const before = this.#known.get(row);
    if (before !== undefined) return before ?? undefined;
    const changed = this.#tableOf(log, row);
    this.#known.set(row, changed ?? null);
    return changed;
  }

  /** Logs that may hold changes of the table. */
  logsOf(table: Table): Table[] {
    return this.#logs.filter((log) => this.#calledAfter(log) === table || hasChanges(log));
  }

  #tableOf(log: Table, row: Row): Changed | undefined {
    const change = changeOf(row);
    if (change?.of !== undefined) {
      const table = this.#named(change.of);
      return table && { table, certainty: 'declared' };
    }
    // A record as a key is Connect's way; what else is on such a topic may be anything.
    const table = change !== undefined || isObject(keyRecord(row)) ? this.#calledAfter(log) : undefined;
    return table && { table, certainty: 'linked' };
  }

  #named({ database, schema, table }: TableNames): Table | undefined {
    const db = lower(database);
    // Where databases have no schemas, as MySQL's, the database is one.
    if (schema === undefined) return this.#best(table, (place) => (db === undefined ? 0 : within(db, place)));
    return this.#best(table, (place) => both(fits(lower(schema), place.schema), fits(db, place.database)));
  }

  #calledAfter(log: Table): Table | undefined {
    if (this.#called.has(log)) return this.#called.get(log);
    const [name, container, ...more] = nativeName(log).split('.').reverse();
    // A word and a dot before a name may be anything, unless there is such a schema or database.
    const found = name === undefined || container === undefined ? undefined : this.#best(name, (place) => within(container.toLowerCase(), place) || (more.length > 0 ? within(container.toLowerCase(), place) : undefined));
    this.#called.set(log, found);
    return found;
  }

  #best(name: string, fit: Fit): Table | undefined {
    const fitting = (this.#places.get(name.toLowerCase()) ?? []).flatMap((place) => {
      const score = fit(place);
      return score === undefined ? [] : [{ table: place.table, score }];
    });
    const most = Math.max(...fitting.map(({ score }) => score));
    const best = fitting.filter(({ score }) => score === most);
    return best.length === 1 ? best[0]!.table : undefined;
  }
}

function fits(told: string | undefined, known: string | undefined): number | undefined {
  return told === undefined || known === undefined ? 0 : told === known ? 1 : undefined;
}

function both(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}

/** Is this its schema or its database? */
function within(name: string, { schema, database }: Place): number | undefined {
  if (schema === undefined && database === undefined) return 0;
  return name === schema || name === database ? 1 : undefined;
}

function lower(name: unknown): string | undefined {
  return typeof name === 'string' ? name.toLowerCase() : undefined;
}

const added = new Set(['__op', '__deleted']);

/** As the columns show it: an envelope's members, alone or as the payload, or those that flattening adds. */
function hasChanges({ columns }: Table): boolean {
  const isEnvelope = (names: readonly string[]) => names.includes('source') && names.includes('op') && (names.includes('before') || names.includes('after'));
  const members = ({ type }: Column) => (type.kind === 'struct' ? type.fields.map(({ name }) => name) : []);
  const payload = columns.find(({ name }) => name === 'payload');
  const inside = payload === undefined ? [] : members(payload);
  const names = columns.map(({ name, nativeName: native }) => native ?? name);
  return isEnvelope(names) || isEnvelope(inside) || [...names, ...inside].some((name) => added.has(name));
}
