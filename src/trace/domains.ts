/**
 * What a value is the key of. The catalogue's links say which columns hold the keys of which table; a *domain* is such a
 * key column, and a reference is a domain with a value: "this order".
 */

import { quoteIdentifier, tableName } from '../algebra/index.js';
import type { Column, Table } from '../algebra/index.js';
import type { Catalog, ColumnAddress, Link } from '../catalog/contract.js';
import { entityOf, singular, words } from '../catalog/names.js';
import type { Certainty } from '../answer/contract.js';
import { localServices } from './access.js';
import { Changes } from './changes.js';
import type { Domain } from './domain.js';

export type { Domain } from './domain.js';

/** A column whose values are keys of the domain. */
export interface Holder {
  readonly table: Table;
  readonly column: Column;
  readonly certainty: Certainty;
}

/** Names of members may be data. */
const mostMembers = 10_000;

export class Domains {
  readonly #byPath = new Map<string, Domain>();
  readonly #holders = new Map<string, Holder[]>();
  /** Path of a column -> the domain that its values belong to. */
  readonly #of = new Map<string, { readonly domain: Domain; readonly certainty: Certainty }>();
  /** Words of a column's name -> its domain, where all columns of that name agree. */
  readonly #byName = new Map<string, Domain | null>();

  #referring: ReadonlyMap<Table, readonly Table[]> | undefined;
  readonly #members = new Map<Table, Map<string, { readonly domain: Domain; readonly certainty: Certainty } | undefined>>();

  /** @param local services that burden nobody else when they are read through */
  constructor(
    readonly tables: readonly Table[],
    links: readonly Link[],
    readonly local: ReadonlySet<string>,
    /** Which table a message tells a change of. */
    readonly changes: Changes,
  ) {
    const byName = new Map(tables.map((table) => [tableName(table), table]));
    const find = (address: ColumnAddress) => {
      const table = byName.get(tableName({ ...address, name: address.table }));
      const column = table?.columns.find(({ name }) => name === address.column);
      return table === undefined || column === undefined ? undefined : { table, column };
    };
    for (const link of links) {
      const [from, to] = [find(link.from), find(link.to)];
      if (from === undefined || to === undefined) continue;
      const domain = this.#domain(to.table, to.column);
      const certainty = link.evidence === 'inferred' ? 'linked' : 'declared';
      const path = pathOf(from.table, from.column);
      if (this.#of.has(path)) continue;
      this.#of.set(path, { domain, certainty });
      this.#holders.set(domain.path, [...(this.#holders.get(domain.path) ?? []), { ...from, certainty }]);
      this.#name(words(from.column.name).join(' '), domain);
    }
    for (const table of tables) {
      const key = keyOf(table);
      if (key === undefined) continue;
      const domain = this.domainOf(table, key)?.domain ?? this.#domain(table, key);
      const entity = entityOf(table.name).join(' ');
      if (domain.table === table) this.#name(`${entity} id`, domain);
    }
  }

  all(): readonly Domain[] {
    return [...this.#byPath.values()];
  }

  /** The domain of a column: what it refers to, or the rows that it is itself the key of. */
  domainOf(table: Table, column: Column): { readonly domain: Domain; readonly certainty: Certainty } | undefined {
    const path = pathOf(table, column);
    const own = this.#byPath.get(path);
    return this.#of.get(path) ?? (own === undefined ? undefined : { domain: own, certainty: 'declared' });
  }

  /** The domain that a member of a message names, by its name alone. */
  named(name: string): Domain | undefined {
    return this.#byName.get(words(name).map((word, i, all) => (i < all.length - 1 ? word : singular(word))).join(' ')) ?? undefined;
  }

  /**
   * The domain of a member of a log's messages: by its column, else by its name alone. Asked of every member of thousands
   * of messages, so it is remembered.
   * @param isTop it stands beside the columns, not inside another member
   */
  ofMember(log: Table, name: string, isTop: boolean): { readonly domain: Domain; readonly certainty: Certainty } | undefined {
    const members = this.#members.get(log) ?? new Map<string, { readonly domain: Domain; readonly certainty: Certainty } | undefined>();
    this.#members.set(log, members);
    const key = `${isTop ? '' : '.'}${name}`;
    if (members.has(key)) return members.get(key);
    const column = isTop ? log.columns.find((candidate) => candidate.name === name) : undefined;
    const named = this.named(name);
    const known = (column === undefined ? undefined : this.domainOf(log, column)) ?? (named === undefined ? undefined : { domain: named, certainty: 'linked' as const });
    if (members.size < mostMembers) members.set(key, known);
    return known;
  }

  /** Columns of other tables and logs that hold keys of the domain. */
  holders(domain: Domain): readonly Holder[] {
    return this.#holders.get(domain.path) ?? [];
  }

  /**
   * A person, a product: a table that refers to nothing beyond its own service is there before anything happens to it,
   * and what others say of its rows is theirs. An order or a payment refers to such things, and what refers to it is a
   * part of it. Facts and dimensions, as data warehouses have them. What only has parts that belong to nothing else, a job
   * with its results, is no such thing.
   */
  isThing(table: Table): boolean {
    return this.#isAlone(table) && (this.#referrers().get(table) ?? []).some((referrer) => this.#referrers().has(referrer) || this.#targets(referrer).some((target) => target !== table && target !== referrer));
  }

  /** It refers to nothing beyond its own service. */
  #isAlone(table: Table, seen: ReadonlySet<Table> = new Set()): boolean {
    return !table.columns.some((column) => {
      const target = this.#of.get(pathOf(table, column))?.domain.table;
      if (target === undefined || target === table || seen.has(target)) return false;
      return target.service !== table.service || !this.#isAlone(target, new Set([...seen, table]));
    });
  }

  #targets(table: Table): Table[] {
    return table.columns.flatMap((column) => this.#of.get(pathOf(table, column))?.domain.table ?? []);
  }

  /** By table, those whose rows refer to its rows. Messages refer to all that they tell of, which says nothing. */
  #referrers(): ReadonlyMap<Table, readonly Table[]> {
    if (this.#referring !== undefined) return this.#referring;
    const found = new Map<Table, Table[]>();
    for (const table of this.tables.filter(({ kind }) => kind !== 'topic')) {
      for (const target of new Set(this.#targets(table))) if (target !== table) found.set(target, [...(found.get(target) ?? []), table]);
    }
    return (this.#referring = found);
  }

  /** Does a row of `table` refer to rows of `target`? Then those are not its own parts. */
  refers(table: Table, target: Table): boolean {
    return table.columns.some((column) => this.#of.get(pathOf(table, column))?.domain.table === target);
  }

  #domain(table: Table, column: Column): Domain {
    const path = pathOf(table, column);
    const known = this.#byPath.get(path);
    if (known !== undefined) return known;
    const domain = { table, column, path };
    this.#byPath.set(path, domain);
    return domain;
  }

  #name(name: string, domain: Domain): void {
    const known = this.#byName.get(name);
    this.#byName.set(name, known === undefined || known === domain ? domain : null);
  }
}

export function domainsOf(catalog: Catalog): Domains {
  return new Domains(catalog.services.flatMap((service) => service.tables), catalog.links, localServices(catalog.services), new Changes(catalog.services));
}

/** The one column that names a table's rows, declared or by its name. Logs have none. */
export function keyOf(table: Table): Column | undefined {
  if (table.kind === 'topic') return undefined;
  const [only, more] = table.primaryKey ?? [];
  if (only !== undefined) return more === undefined ? table.columns.find(({ name }) => name === only) : undefined;
  const entity = entityOf(table.name).join(' ');
  return table.columns.find(({ name }) => ['id', `${entity} id`].includes(words(name).join(' ')));
}

export function pathOf(table: Table, column: Column): string {
  return `${tableName(table)}.${/^\w+$/.test(column.name) ? column.name : quoteIdentifier(column.name)}`;
}
