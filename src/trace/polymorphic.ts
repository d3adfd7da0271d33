/**
 * Columns that refer to rows of several tables: aggregate_id of an outbox (as in Debezium's outbox event router),
 * entity_id beside entity_type. Their rows count only where the row itself says what kind of thing it means.
 */

import type { Column, Table } from '../algebra/index.js';
import { entityOf, words } from '../catalog/names.js';
import type { Domain, Domains } from './domains.js';
import { isObject, parseObject } from './payload.js';
import type { Row } from './payload.js';

const ids = new Set(['aggregate id', 'aggregateid', 'aggregate key', 'entity id', 'object id', 'subject id', 'resource id', 'record id', 'target id']);
const kinds = new Set(['aggregate type', 'aggregatetype', 'entity type', 'object type', 'subject type', 'resource type', 'record type', 'target type', 'aggregate', 'entity', 'event type', 'type']);
const payloads = new Set(['payload', 'data', 'body', 'event', 'content', 'message', 'event data', 'event payload']);

const text = (name: string) => words(name).join(' ');

export function polymorphicColumns(table: Table): Column[] {
  if (table.kind === 'topic') return [];
  return table.columns.filter(({ name }) => ids.has(text(name)));
}

/** Says the row that it means this key of this domain? */
export function isSamePolymorphic(row: Row, table: Table, domain: Domain, value: string, domains: Domains): boolean {
  const entity = entityOf(domain.table.name).join(' ');
  return table.columns.some(({ name }) => {
    const cell = row[name];
    if (kinds.has(text(name)) && typeof cell === 'string') {
      const kind = entityOf(cell).join(' ');
      return kind === entity || kind.startsWith(`${entity} `);
    }
    if (!payloads.has(text(name))) return false;
    const payload = typeof cell === 'string' ? parseObject(cell) : cell;
    return isObject(payload) && Object.entries(payload).some(([member, inner]) => domains.named(member) === domain && String(inner) === value);
  });
}
