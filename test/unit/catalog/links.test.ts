import { describe, expect, it } from 'vitest';
import { addressText, findLinks } from '../../../src/catalog/links.js';
import { types } from '../../../src/algebra/index.js';
import type { Column, Table, TableKind, Type } from '../../../src/algebra/index.js';

function column(name: string, type: Type = types.int64): Column {
  return { name, type, nullable: true, nativeType: 'x' };
}

function table(path: string, columns: Column[], more: Partial<Table> & { kind?: TableKind } = {}): Table {
  const [service, name] = path.split('.') as [string, string];
  return { service, name, kind: 'table', columns, ...more };
}

const owners = table('people.owners', [column('id'), column('name', types.text)], { primaryKey: ['id'] });
const users = table('accounts.users', [column('id'), column('email', types.text)], { primaryKey: ['id'] });
const parts = table('stock.parts', [column('sku', types.text), column('name', types.text)], { primaryKey: ['sku'] });

function linksOf(...tables: Table[]) {
  return findLinks(tables, []).map((link) => `${addressText(link.from)} -> ${addressText(link.to)}`);
}

describe('links', () => {
  it('reads snake case, camel case and bare names as the same reference', () => {
    const pets = table('clinic.pets', [column('id'), column('owner_id')], { primaryKey: ['id'] });
    const visits = table('clinic.visits', [column('id'), column('ownerId')], { primaryKey: ['id'] });
    const bills = table('clinic.bills', [column('id'), column('owner')], { primaryKey: ['id'] });
    expect(linksOf(owners, pets, visits, bills)).toEqual([
      'clinic.pets.owner_id -> people.owners.id',
      'clinic.visits.ownerId -> people.owners.id',
      'clinic.bills.owner -> people.owners.id',
    ]);
  });

  it('reads an irregular plural and its singular as one entity', () => {
    const people = table('crm.people', [column('id')], { primaryKey: ['id'] });
    const children = table('school.children', [column('id')], { primaryKey: ['id'] });
    const contracts = table('billing.contracts', [column('id'), column('personId'), column('child_id')], { primaryKey: ['id'] });
    expect(linksOf(people, children, contracts)).toEqual(['billing.contracts.personId -> crm.people.id', 'billing.contracts.child_id -> school.children.id']);
    const kids = table('school.child', [column('child_id')], { primaryKey: ['child_id'] });
    expect(linksOf(kids, table('bus.seats', [column('id'), column('children_id')], { primaryKey: ['id'] }))).toEqual(['bus.seats.children_id -> school.child.child_id']);
  });

  it('takes words for people as one entity, but the exact name first', () => {
    const sales = table('shop.sales', [column('id'), column('customer_id')], { primaryKey: ['id'] });
    expect(linksOf(users, sales)).toEqual(['shop.sales.customer_id -> accounts.users.id']);
    const customers = table('crm.customers', [column('id')], { primaryKey: ['id'] });
    expect(linksOf(users, customers, sales)).toEqual(['shop.sales.customer_id -> crm.customers.id']);
  });

  it('follows a specific key by its own name, and never a descriptive one', () => {
    const lines = table('shop.lines', [column('id'), column('sku', types.text), column('name', types.text)], { primaryKey: ['id'] });
    const named = table('crm.tags', [column('name', types.text)], { primaryKey: ['name'] });
    expect(linksOf(parts, named, lines)).toEqual(['shop.lines.sku -> stock.parts.sku']);
  });

  it('follows a key that is another table\'s key too, unless both names are the key\'s own', () => {
    const profiles = table('people.owner_profiles', [column('owner_id')], { primaryKey: ['owner_id'] });
    const prices = table('shop.prices', [column('sku', types.text)], { primaryKey: ['sku'] });
    expect(linksOf(owners, profiles, parts, prices)).toEqual(['people.owner_profiles.owner_id -> people.owners.id']);
  });

  it('follows a key that is spelt with the name of its table, whatever the key is called', () => {
    const vessels = table('registry.vessels', [column('imo'), column('name', types.text)], { primaryKey: ['imo'] });
    const lands = table('registry.countries', [column('name', types.text)], { primaryKey: ['name'] });
    const calls = table('quay.calls', [column('id'), column('vesselImo'), column('imo_class'), column('country_name', types.text)], { primaryKey: ['id'] });
    expect(linksOf(vessels, lands, calls)).toEqual(['quay.calls.vesselImo -> registry.vessels.imo', 'quay.calls.country_name -> registry.countries.name']);
  });

  it('takes the number of a thing for its key where a store declares none, and not for a reference of its own', () => {
    const bills = table('dues.bills', [column('billNo', types.text), column('total')]);
    const copies = table('archive.bills', [column('billNo', types.text)]);
    const refunds = table('dues.refunds', [column('refundNo', types.text), column('billNo', types.text)]);
    expect(linksOf(bills, refunds)).toEqual(['dues.refunds.billNo -> dues.bills.billNo']);
    expect(linksOf(bills, copies)).toEqual([]);
    const keyed = table('dues.bills', [column('id'), column('billNo', types.text)], { primaryKey: ['id'] });
    expect(linksOf(keyed, refunds)).toEqual([]);
  });

  it('takes the first column for the key of a file\'s rows where other tables spell it with the name of its own', () => {
    const vessels = table('yard.vessels', [column('imo'), column('name', types.text)]);
    const dockings = table('yard.dockings', [column('docking_id'), column('vessel_imo'), column('vessel_name', types.text)]);
    expect(linksOf(vessels, dockings)).toEqual(['yard.dockings.vessel_imo -> yard.vessels.imo']);
    const named = table('yard.vessels', [column('name', types.text), column('imo')]);
    expect(linksOf(named, dockings)).toEqual([]);
  });

  it('reads past the short prefix that all columns of a table share, and past no other first word', () => {
    const clerks = table('hr.clerk', [column('ck_clerkno'), column('ck_name', types.text), column('ck_since')], { primaryKey: ['ck_clerkno'] });
    const shifts = table('rota.shift', [column('s_id'), column('s_clerkno'), column('s_day')], { primaryKey: ['s_id'] });
    expect(linksOf(clerks, shifts)).toEqual(['rota.shift.s_clerkno -> hr.clerk.ck_clerkno']);
    const odd = table('rota.swap', [column('s_clerkno'), column('s_day'), column('reason')]);
    expect(linksOf(clerks, odd)).toEqual([]);
    const events = table('audit.actions', [column('user_id'), column('user_name'), column('user_agent')]);
    expect(linksOf(users, events)).toEqual(['audit.actions.user_id -> accounts.users.id']);
  });

  it('links ids across types with a lower score, and refuses types that never meet', () => {
    const text = table('log.calls', [column('id'), column('owner_id', types.text)], { primaryKey: ['id'] });
    const [link] = findLinks([owners, text], []);
    expect(link?.because).toContain('stored as another type');
    expect(link!.score).toBeLessThan(0.9);
    const when = table('log.calls', [column('id'), column('owner_id', types.timestamptz)], { primaryKey: ['id'] });
    expect(linksOf(owners, when)).toEqual([]);
  });

  it('finds the key of a schemaless table, and none in a log', () => {
    const documents = table('store.baskets', [column('_id', types.text)], { kind: 'collection' });
    const log = table('bus.baskets', [column('basketId', types.text), column('_offset')], { kind: 'topic' });
    expect(linksOf(documents, log)).toEqual(['bus.baskets.basketId -> store.baskets._id']);
  });

  it('leaves an ambiguous name alone unless a service is named like it', () => {
    const a = table('a.owners', [column('id')], { primaryKey: ['id'] });
    const b = table('b.owners', [column('id')], { primaryKey: ['id'] });
    const pets = table('clinic.pets', [column('id'), column('owner_id')], { primaryKey: ['id'] });
    expect(linksOf(a, b, pets)).toEqual([]);
    const home = table('owners.owners', [column('id')], { primaryKey: ['id'] });
    expect(linksOf(a, home, pets)).toEqual(['clinic.pets.owner_id -> owners.owners.id']);
  });

  it('does not follow ids of messages', () => {
    const events = table('bus.events', [column('id')], { kind: 'table', primaryKey: ['id'] });
    const rows = table('a.things', [column('id'), column('event_id'), column('correlation_id')], { primaryKey: ['id'] });
    expect(linksOf(events, rows)).toEqual([]);
  });

  it('puts declared keys and a person\'s decisions before names', () => {
    const pets = table('people.pets', [column('id'), column('owner_id'), column('vet_id')], {
      primaryKey: ['id'],
      foreignKeys: [{ columns: ['owner_id'], references: { table: 'owners', columns: ['id'] } }],
    });
    const staff = table('hr.staff', [column('id')], { primaryKey: ['id'] });
    const links = findLinks(
      [owners, pets, staff],
      [{ from: 'people.pets.vet_id', to: 'hr.staff.id', decision: 'confirmed' }],
    );
    expect(links.map((link) => [link.from.column, link.evidence])).toEqual([
      ['vet_id', 'confirmed'],
      ['owner_id', 'declared'],
    ]);
    const without = findLinks([owners, pets], [{ from: 'people.pets.owner_id', to: 'people.owners.id', decision: 'rejected' }]);
    expect(without).toEqual([]);
  });
});
