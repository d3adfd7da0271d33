/** Commands that list what there is, from the catalogue alone. */

import { count } from '../../render/amounts.js';
import { numberColumn, textColumn } from '../../render/blocks.js';
import type { Block } from '../../render/blocks.js';
import { matching } from './contract.js';
import type { DotCommand } from './contract.js';

export const listings: readonly DotCommand[] = [
  {
    name: 'services',
    arguments: '',
    summary: 'the services: store, version, tables, when they were read',
    examples: ['.services'],
    async run({ session, ask }) {
      const { services } = await session.catalog(ask.signal);
      const seen = new Set(services.map(({ name }) => name));
      const missing = session.config.services.filter(({ name }) => !seen.has(name));
      const rows = [
        ...services.map(({ name, kind, facts, tables, tags, readAt }) => [name, kind, String(facts.version ?? ''), tables.length, Object.entries(tags).map(([tag, value]) => `${tag} ${value}`).join(', '), readAt]),
        ...missing.map(({ name, kind }) => [name, kind, '', null, 'never read: .doctor says why', '']),
      ];
      return { blocks: [table(['service', 'store', 'version', '#tables', 'tags', 'read at'], rows)] };
    },
  },
  {
    name: 'tables',
    arguments: '[service, table or pattern]',
    summary: 'the tables, with their rows and columns',
    examples: ['.tables', '.tables orders', '.tables orders.*', '.tables *item*'],
    completes: 'service',
    async run({ session, ask }, wanted) {
      const { services } = await session.catalog(ask.signal);
      const rows = services
        .flatMap(({ tables }) => tables)
        .filter(({ service, schema, name }) => wanted === '' || [service, name, `${service}.${name}`, `${service}.${schema ?? ''}.${name}`].some(matching(wanted)))
        .map(({ service: owner, schema, name, kind, rows: amount, columns }) => [
          [owner, ...(schema === undefined ? [] : [schema]), name].join('.'),
          kind,
          amount === undefined ? null : `${amount.exact ? '' : 'about '}${count(amount.count)}`,
          columns.length,
        ]);
      if (rows.length === 0) return { text: wanted === '' ? 'There are no tables.' : `There is no service and no table ${wanted}; .services and .tables list them.` };
      return { blocks: [table(['table', 'kind', 'rows', '#columns'], rows)] };
    },
  },
];

function table(names: readonly string[], rows: readonly (readonly (string | number | null)[])[]): Block {
  return { kind: 'table', columns: names.map((name) => (name.startsWith('#') ? numberColumn(name.slice(1)) : textColumn(name))), rows };
}
