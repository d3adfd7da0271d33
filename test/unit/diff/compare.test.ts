import { describe, expect, it } from 'vitest';
import { compareSchemas } from '../../../src/diff/index.js';
import { pairTables } from '../../../src/diff/pairs.js';
import { findLinks } from '../../../src/catalog/links.js';
import { decimal, types } from '../../../src/algebra/index.js';
import type { Column, Table } from '../../../src/algebra/index.js';
import { catalogOf, column, table } from '../../support/tables.js';

const owners = table('people.owners', [column('id'), column('email', types.text), column('fee', decimal(12, 2))], {
  primaryKey: ['id'],
});

async function differences(...columns: Column[]) {
  const pets = table('clinic.pets', [column('id'), ...columns], { primaryKey: ['id'] });
  return (await compareSchemas(catalogOf(owners, pets))).pairs.flatMap((pair) => pair.differences);
}

describe('comparing schemas between services', () => {
  it('counts a reference of the same type and style as agreement', async () => {
    const pets = table('clinic.pets', [column('id'), column('owner_id')], { primaryKey: ['id'] });
    const [pair, ...rest] = (await compareSchemas(catalogOf(owners, pets))).pairs;
    expect(rest).toEqual([]);
    expect(pair).toMatchObject({
      left: 'clinic.pets',
      right: 'people.owners',
      via: ['clinic.pets.owner_id = people.owners.id'],
      agreements: 1,
      differences: [],
    });
  });

  it('says that a reference is kept as another type, and may be absent', async () => {
    expect(await differences(column('owner_id', types.text, { nullable: true }))).toEqual([
      {
        aspect: 'type',
        severity: 'risky',
        left: 'clinic.pets.owner_id',
        right: 'people.owners.id',
        what: 'VARCHAR here, BIGINT there: kept as text: comparison, sorting and leading zeros differ',
      },
      {
        aspect: 'nullability',
        severity: 'note',
        left: 'clinic.pets.owner_id',
        right: 'people.owners.id',
        what: 'may be absent here',
      },
    ]);
  });

  it('breaks where values cannot be kept', async () => {
    expect((await differences(column('owner_id', types.int32))).map((d) => [d.aspect, d.severity])).toEqual([['type', 'breaking']]);
  });

  it('compares a copy with what it copies', async () => {
    const found = await differences(column('owner_id'), column('owner_fee', types.float64));
    expect(found.map((d) => [d.left, d.right, d.severity])).toEqual([['clinic.pets.owner_fee', 'people.owners.fee', 'risky']]);
  });

  it('compares the fields of one entity kept twice, with their spelling', async () => {
    const log = table('bus.owners', [column('ownerId', types.int64), column('eMail', types.text), column('_offset')], {
      kind: 'topic',
    });
    const found = (await compareSchemas(catalogOf(owners, log))).pairs;
    expect(found.map((pair) => [pair.left, pair.right])).toEqual([['bus.owners', 'people.owners']]);
  });

  it('names values that the other side does not know', async () => {
    const a = table('one.carts', [column('id'), column('state', types.text, { enumValues: ['OPEN', 'SOLD', 'lost'] })], {
      primaryKey: ['id'],
    });
    const b = table('two.carts', [column('id'), column('state', types.text, { enumValues: ['open', 'SOLD'] })], {
      primaryKey: ['id'],
    });
    const found = (await compareSchemas(catalogOf(a, b))).pairs.flatMap((pair) => pair.differences);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      aspect: 'values',
      severity: 'breaking',
      what: 'values not known here: OPEN, lost (OPEN: only the case differs)',
    });
  });

  it('keeps to the named services and refuses an unknown one', async () => {
    const pets = table('clinic.pets', [column('id'), column('owner_id')], { primaryKey: ['id'] });
    const bills = table('money.bills', [column('id'), column('owner_id')], { primaryKey: ['id'] });
    const catalog = catalogOf(owners, pets, bills);
    expect((await compareSchemas(catalog, { left: 'money' })).pairs.map((pair) => pair.left)).toEqual(['money.bills']);
    expect((await compareSchemas(catalog, { left: 'PEOPLE', right: 'clinic.pets' })).pairs.map((pair) => pair.left)).toEqual(['clinic.pets']);
    await expect(compareSchemas(catalog, { left: 'nowhere' })).rejects.toThrow(/no service or table 'nowhere'/);
    const unlinked = await compareSchemas(catalog, { left: 'clinic', right: 'money' });
    expect(unlinked.pairs).toEqual([]);
    expect(unlinked.warnings[0]).toContain('linked');
  });
});

it('takes a log for that of an entity whatever stands around its name', () => {
  const contracts = table('billing.contracts', [column('id'), column('created_at', types.timestamptz)], { primaryKey: ['id'] });
  const isOf = (name: string) => {
    const log: Table = { ...table('wire.x', [column('contract_id')]), name, kind: 'topic' };
    const tables = [contracts, log];
    return pairTables(tables, findLinks(tables, []))[0]!.isSameEntity;
  };
  for (const name of ['contracts', 'contract', 'prod_contracts', 'contract-events', 'billing.contract.created.v2', 'ContractEvents', 'crm.contracts.cdc']) expect([name, isOf(name)]).toEqual([name, true]);
  for (const name of ['contract-cancelled', 'contract_lines', 'payments', 'events']) expect([name, isOf(name)]).toEqual([name, false]);
});
