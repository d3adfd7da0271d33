import { describe, expect, it } from 'vitest';
import { toCatalogService } from '../../../src/catalog/introspect.js';
import { distinctNames, entityOf, singular, words } from '../../../src/catalog/names.js';
import { types } from '../../../src/algebra/index.js';
import type { Table } from '../../../src/algebra/index.js';

describe('names', () => {
  it('splits identifiers into words', () => {
    expect(words('orderItemID')).toEqual(['order', 'item', 'id']);
    expect(words('HTTPServer_log')).toEqual(['http', 'server', 'log']);
    expect(entityOf('order_items')).toEqual(['order', 'item']);
    expect(entityOf('t_order_items')).toEqual(['order', 'item']);
    expect(entityOf('tab')).toEqual(['tab']);
    expect(entityOf('categories')).toEqual(['category']);
    expect(entityOf('addresses')).toEqual(['address']);
    expect(entityOf('status')).toEqual(['status']);
  });

  it.each([
    ['people', 'person'], ['children', 'child'], ['salespeople', 'salesperson'], ['indices', 'index'], ['analyses', 'analysis'], ['movies', 'movie'], ['caches', 'cache'], ['sizes', 'size'], ['statuses', 'status'], ['bonuses', 'bonus'],
    ['houses', 'house'], ['aliases', 'alias'], ['lenses', 'lens'], ['series', 'series'], ['potatoes', 'potato'], ['shelves', 'shelf'], ['criteria', 'criterion'], ['boxes', 'box'], ['companies', 'company'], ['purchases', 'purchase'], ['canvases', 'canvas'],
  ])('%s and %s are one noun', (many, one) => {
    expect(singular(many)).toBe(one);
    expect(singular(one)).toBe(one);
    expect(entityOf(`old_${many}`)).toEqual(entityOf(`old_${one}`));
  });

  it('keeps the first of the names equal but for case and suffixes the others, whatever their order', () => {
    const expected = [['ID', 'ID'], ['id', 'id_3'], ['id_2', 'id_2']];
    expect([...distinctNames(['ID', 'id', 'id_2'])].sort()).toEqual(expected);
    expect([...distinctNames(['id_2', 'id', 'ID'])].sort()).toEqual(expected);
  });
});

describe('toCatalogService', () => {
  const base = { service: 's', kind: 'table', nullable: false } as const;
  const column = (name: string) => ({ name, type: types.int64, nullable: false, nativeType: 'bigint' });
  const tables: Table[] = [
    { ...base, name: 'Users', columns: [column('id'), column('ID')], primaryKey: ['id'] },
    {
      ...base,
      name: 'users',
      columns: [column('id')],
      foreignKeys: [{ columns: ['id'], references: { table: 'Users', columns: ['id'] } }],
    },
  ];
  const config = { name: 's', kind: 'k', tags: {}, options: {}, tls: undefined, baseDir: '/' };
  const service = toCatalogService(config, { facts: { version: '1' }, tables, warnings: [] }, new Date(0));

  it('renames colliding tables and columns, and every key that mentions them', () => {
    const [upper, lower] = service.tables;
    expect(upper?.columns.map((c) => [c.name, c.nativeName])).toEqual([['id_2', 'id'], ['ID', undefined]]);
    expect(upper?.primaryKey).toEqual(['id_2']);
    expect(lower?.name).toBe('users_2');
    expect(lower?.foreignKeys).toEqual([{ columns: ['id'], references: { table: 'Users', columns: ['id_2'] } }]);
  });
});
