/** Who is hit by a change: columns of this and of other services that refer to what changed, copy it, or carry it in events. */

import type { Link } from '../../catalog/contract.js';
import { addressText } from '../../catalog/links.js';
import { tableName } from '../../algebra/index.js';
import type { Table } from '../../algebra/index.js';
import { pairTables } from '../pairs.js';
import type { LinkSample } from '../values/sample.js';
import type { RawChange } from './contract.js';

export function linkText({ from, to }: Link): string {
  return `${addressText(from)} ${addressText(to)}`;
}

export class Consumers {
  /** By the table, then by the column that they depend on. */
  readonly #byTable = new Map<string, { readonly column: string; readonly who: string }[]>();

  /**
   * @param tables every service's, the changed one's as they were before
   * @param samples by `linkText`, where values were looked at: they tell copies whose names say nothing
   */
  constructor(tables: readonly Table[], links: readonly Link[], samples: ReadonlyMap<string, LinkSample>) {
    const sampled = new Map(links.flatMap((link) => (samples.has(linkText(link)) ? [[link, samples.get(linkText(link))!] as const] : [])));
    for (const link of links) {
      const to = addressText(link.to);
      this.#add(to, `${addressText(link.from)} refers to it`);
      this.#add(addressText(link.from), `${to} is what it refers to`);
    }
    for (const { left, right, columns } of pairTables(tables, links, sampled)) {
      for (const pair of columns) {
        if (pair.role === 'reference') continue;
        const how = left.kind === 'topic' ? 'carries it in events' : pair.role === 'values' ? 'holds the same values' : 'keeps a copy of it';
        this.#add(`${tableName(right)}.${pair.right.name}`, `${tableName(left)}.${pair.left.name} ${how}`);
      }
    }
  }

  /** @param service the changed one */
  of(service: string, { kind, table, column, before, from }: RawChange): string[] {
    if (table === undefined) return [];
    const name = kind === 'table renamed' ? before! : table.name;
    const all = this.#byTable.get(`${service}.${name}`) ?? [];
    if (column === undefined) return [...new Set(all.filter(({ who }) => !who.endsWith('is what it refers to')).map(({ who }) => who))];
    return all.filter((one) => one.column === (from?.name ?? column)).map(({ who }) => who);
  }

  #add(address: string, who: string): void {
    const dot = address.lastIndexOf('.');
    const table = address.slice(0, dot);
    const entry = { column: address.slice(dot + 1), who };
    const known = this.#byTable.get(table);
    if (known === undefined) this.#byTable.set(table, [entry]);
    else known.push(entry);
  }
}
