import { types } from '../../../src/algebra/index.js';
import type { Column, Table, Type } from '../../../src/algebra/index.js';
import type { Catalog } from '../../../src/catalog/contract.js';
import { AishellError } from '../../../src/errors.js';
import { checkStatement } from '../../../src/sql/index.js';
import type { CheckedStatement } from '../../../src/sql/index.js';

const column = (name: string, type: Type): Column => ({ name, type, nullable: true, nativeType: '' });
const table = (service: string, name: string, columns: readonly Column[], schema?: string): Table => ({
  service,
  name,
  kind: 'table',
  columns,
  ...(schema !== undefined && { schema }),
});

const tables: readonly Table[] = [
  table('clinic', 'patients', [column('id', types.int64), column('name', types.text), column('born', types.date), column('seen', types.timestamp)]),
  table('clinic', 'visits', [column('id', types.int64), column('patient_id', types.int64), column('note', types.json)], 'archive'),
  table('lab', 'samples', [column('id', types.int64), column('patient_id', types.int64), column('localtime', types.text)]),
  table('lab', 'patients', [column('id', types.int64), column('Weight', types.float64)]),
  table('lab', 'blank', []),
];

export const catalog: Catalog = {
  links: [],
  services: ['clinic', 'lab'].map((name) => ({
    name,
    kind: 'fake',
    tags: {},
    facts: { version: '1', ...(name === 'clinic' && { defaultSchema: 'public' }) },
    warnings: [],
    readAt: '2026-01-01T00:00:00Z',
    tables: tables.filter((t) => t.service === name),
  })),
};

export const clock = { instant: '2026-03-08T04:30:00.123456Z', timezone: 'America/New_York' };

export function check(sql: string): Promise<CheckedStatement> {
  return checkStatement(sql, catalog, clock);
}

export async function complaint(sql: string): Promise<AishellError> {
  try {
    await check(sql);
  } catch (error) {
    if (error instanceof AishellError) return error;
    throw error;
  }
  throw new Error(`admitted: ${sql.slice(0, 200)}`);
}
