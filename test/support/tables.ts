/** Short ways to write a catalogue's tables in tests. */

import { types } from '../../src/algebra/index.js';
import type { Column, Table, Type } from '../../src/algebra/index.js';
import type { Catalog } from '../../src/catalog/contract.js';
import { findLinks } from '../../src/catalog/links.js';

export function column(name: string, type: Type = types.int64, more: Partial<Column> = {}): Column {
  return { name, type, nullable: false, nativeType: 'native', ...more };
}

/** @param path `service.table` */
export function table(path: string, columns: readonly Column[], more: Partial<Table> = {}): Table {
  const [service, name] = path.split('.') as [string, string];
  return { service, name, kind: 'table', columns, ...more };
}

export function catalogOf(...tables: Table[]): Catalog {
  const names = [...new Set(tables.map((t) => t.service))];
  return {
    services: names.map((name) => ({
      name,
      kind: 'files',
      tags: {},
      facts: { version: '1' },
      tables: tables.filter((t) => t.service === name),
      warnings: [],
      readAt: '2026-01-01T00:00:00.000Z',
    })),
    links: findLinks(tables, []),
  };
}
