/** Snapshots survive their YAML, and of random changes none is missed and none invented. */

import { describe, expect, it } from 'vitest';
import { Random } from '../../../examples/microservices/generator/random.js';
import { decimal, quoteIdentifier, types } from '../../../src/algebra/index.js';
import { changesBetween } from '../../../src/diff/over-time/changes.js';
import { readSnapshot, writeSnapshot } from '../../../src/diff/over-time/file.js';
import { changesSince } from '../../../src/diff/over-time/index.js';
import { takeSnapshot, toTables } from '../../../src/diff/over-time/snapshot.js';
import type { ColumnSnapshot, SchemaSnapshot, TableSnapshot } from '../../../src/diff/over-time/snapshot.js';
import { catalogOf, column, table } from '../../support/tables.js';

const typePairs = [['BIGINT', 'bigint'], ['INTEGER', 'integer'], ['VARCHAR', 'text'], ['DECIMAL(12,2)', 'numeric(12,2)'], ['TIMESTAMP WITH TIME ZONE', 'timestamp with time zone'], ['JSON', 'jsonb'], ['VARCHAR[]', 'text[]'], ['STRUCT("a b" INTEGER, "c" DOUBLE)', 'composite']] as const;
const oddNames = ['yes', '1', 'null', 'a: b', '#x', ' padded ', 'ünïcode 📦', 'select', 'UPPER', "it's", '"q"', '{t}', 'a\tb'];

function makeColumn(random: Random, name: string): ColumnSnapshot {
  const [type, native] = random.pick(typePairs);
  return {
    name,
    type,
    native,
    nullable: random.chance(0.5),
    ...(type.startsWith('STRUCT') && { fields: [{ name: 'a b', type: 'INTEGER', native: 'INTEGER', nullable: true }, { name: 'c', type: 'DOUBLE', native: 'double', nullable: true, presence: 'sometimes' as const }] }),
    ...(type === 'VARCHAR' && random.chance(0.4) && { length: random.int(1, 200) }),
    ...(type === 'VARCHAR' && random.chance(0.3) && { labels: ['new', 'yes', 'no: thing'] }),
    ...(random.chance(0.3) && { default: random.pick(['0', "'x'::text", 'now()', 'null', 'true', '']) }),
    ...(random.chance(0.2) && { comment: random.pick(['plain', 'with: colon # and hash', 'two\nlines']) }),
    ...(random.chance(0.2) && { collation: 'C' }),
  };
}

function makeSnapshot(random: Random): SchemaSnapshot {
  const tables = Array.from({ length: random.int(2, 6) }, (_, t): TableSnapshot => {
    const columns = Array.from({ length: random.int(4, 12) }, (_, c) => makeColumn(random, random.chance(0.1) ? `${random.pick(oddNames)}${c}` : `t${t}_c${c}`));
    return {
      name: random.chance(0.15) ? `other.${random.pick(oddNames)}${t}` : `table_${t}`,
      kind: 'table',
      columns,
      primaryKey: [columns[0]!.name],
      ...(random.chance(0.4) && { uniques: [[columns[1]!.name], [columns[1]!.name, columns[2]!.name]] }),
      ...(random.chance(0.3) && { comment: 'a table' }),
      checks: random.chance(0.4) ? [`${quoteIdentifier(columns[3]!.name)} > 0`, `length(${quoteIdentifier(columns[1]!.name)}) < 7 OR x = ')'`] : [],
      ...(t > 0 && random.chance(0.4) && { foreignKeys: [{ columns: [columns[2]!.name], references: { table: 'table_0', columns: ['t0_c0'] } }] }),
    };
  });
  return { service: 'it', kind: 'postgres', ...(random.chance(0.3) && { migration: { tool: 'Flyway', version: '1.10' } }), tables };
}

type Mutation = readonly [expected: string, mutate: (table: TableSnapshot, column: ColumnSnapshot) => TableSnapshot | undefined];

const withColumn = (table: TableSnapshot, old: ColumnSnapshot, change: Partial<ColumnSnapshot>, without: readonly (keyof ColumnSnapshot)[] = []): TableSnapshot => ({
  ...table,
  columns: table.columns.map((one) => (one === old ? (Object.fromEntries(Object.entries({ ...one, ...change }).filter(([key]) => !without.includes(key as keyof ColumnSnapshot))) as unknown as ColumnSnapshot) : one)),
});

const withFields = (table: TableSnapshot, old: ColumnSnapshot, change: (fields: readonly ColumnSnapshot[]) => ColumnSnapshot[]): TableSnapshot | undefined => {
  if (old.fields === undefined) return undefined;
  const fields = change(old.fields);
  return withColumn(table, old, { fields, type: `STRUCT(${fields.map(({ name, type }) => `"${name}" ${type}`).join(', ')})` });
};

const mentions = (t: TableSnapshot, c: ColumnSnapshot) => [t.primaryKey, ...(t.uniques ?? []), ...(t.foreignKeys ?? []).map(({ columns }) => columns)].some((key) => key?.includes(c.name));

const mutations: readonly Mutation[] = [
  ['column added brand_new', (t) => ({ ...t, columns: [...t.columns, { name: 'brand_new', type: 'DATE', native: 'date', nullable: true }] })],
  ['column removed {c}', (t, c) => ((t.checks?.length ?? 0) > 0 || t.primaryKey?.includes(c.name) || t.uniques?.flat().includes(c.name) || t.foreignKeys?.some((key) => key.columns.includes(c.name)) ? undefined : { ...t, columns: t.columns.filter((one) => one !== c) })],
  ['type {c}', (t, c) => (c.type === 'UUID' ? undefined : withColumn(t, c, { type: 'UUID', native: 'uuid' }, ['fields']))],
  ['native type {c}', (t, c) => (c.fields ? undefined : withColumn(t, c, { native: 'another' }))],
  ['type {c}.c', (t, c) => withFields(t, c, ([a, b]) => [a!, { ...b!, type: 'VARCHAR', native: 'string' }])],
  ['presence {c}.c', (t, c) => withFields(t, c, ([a, b]) => [a!, { ...b!, presence: 'always' }])],
  ['column added {c}.brand_new', (t, c) => withFields(t, c, (fields) => [...fields, { name: 'brand_new', type: 'DATE', native: 'date', nullable: true }])],
  ['column removed {c}.a b', (t, c) => withFields(t, c, ([, b]) => [b!])],
  ['nullability {c}', (t, c) => withColumn(t, c, { nullable: !c.nullable })],
  ['length {c}', (t, c) => withColumn(t, c, { length: (c.length ?? 0) + 7 })],
  ['length {c}', (t, c) => (c.length === undefined ? undefined : withColumn(t, c, {}, ['length']))],
  ['labels {c}', (t, c) => withColumn(t, c, { labels: [...(c.labels ?? []), 'brand new'] })],
  ['labels {c}', (t, c) => (c.labels === undefined ? undefined : withColumn(t, c, {}, ['labels']))],
  ['default {c}', (t, c) => withColumn(t, c, { default: `${c.default ?? ''}+1` })],
  ['default {c}', (t, c) => (c.default === undefined ? undefined : withColumn(t, c, {}, ['default']))],
  ['generated {c}', (t, c) => withColumn(t, c, { generated: true })],
  ['collation {c}', (t, c) => (c.collation === undefined ? undefined : withColumn(t, c, { collation: 'de_DE' }))],
  ['comment {c}', (t, c) => withColumn(t, c, { comment: `${c.comment ?? ''} more` })],
  ['comment', (t) => ({ ...t, comment: `${t.comment ?? ''}!` })],
  ['primary key', (t) => ({ ...t, primaryKey: [t.columns[1]!.name] })],
  ['unique key', (t) => ({ ...t, uniques: [...(t.uniques ?? []), [t.columns[3]!.name]] })],
  ['foreign key', (t) => ({ ...t, foreignKeys: [...(t.foreignKeys ?? []), { columns: [t.columns[3]!.name], references: { table: 'elsewhere', columns: ['id'] } }] })],
  ['check', (t) => ({ ...t, checks: [...(t.checks ?? []), 'brand_new > 0'] })],
  ['check', (t) => (t.checks && t.checks.length > 0 ? { ...t, checks: t.checks.slice(1) } : undefined)],
  ['column renamed {c}_renamed', (t, c) => ((t.checks?.length ?? 0) > 0 || mentions(t, c) ? undefined : withColumn(t, c, { name: `${c.name}_renamed` }))],
  ['primary key', (t) => ({ ...t, primaryKey: [...t.primaryKey!, t.columns[2]!.name] })],
  ['unique key', (t) => (t.uniques && t.uniques.length > 0 ? { ...t, uniques: t.uniques.slice(1) } : undefined)],
  ['foreign key', (t) => (t.foreignKeys === undefined ? undefined : { ...t, foreignKeys: [] })],
  ['table kind', (t) => ({ ...t, kind: 'view' })],
];

const shown = (before: SchemaSnapshot, after: SchemaSnapshot) => changesBetween(before, after).map(({ kind, table, column }) => `${table?.name ?? ''}: ${kind}${column === undefined ? '' : ` ${column}`}`).sort();

describe('snapshots as YAML', () => {
  it('hold everything, whatever the names', async () => {
    for (let seed = 1; seed <= 150; seed++) {
      const snapshot = makeSnapshot(new Random(seed, 'yaml'));
      const text = writeSnapshot(snapshot);
      const again = await readSnapshot(text, 'it.yaml');
      // Tables are a map, sorted when they are written; a name like 7 may come first in it.
      const byName = ({ tables, ...rest }: SchemaSnapshot) => ({ ...rest, tables: [...tables].sort((a, b) => (a.name < b.name ? -1 : 1)) });
      expect(byName(again)).toEqual(byName(snapshot));
    }
  });

  it('are one line a column and say nothing that changes by itself', () => {
    const pets = table('clinic.pets', [column('id'), column('name', types.text, { nullable: true, sampleValues: ['Rex'] }), column('fee', decimal(12, 2), { comment: 'in euro' })], { primaryKey: ['id'], rows: { count: 7, exact: true } });
    const text = writeSnapshot(takeSnapshot(catalogOf(pets).services[0]!));
    expect(text.split('\n').slice(1).join('\n')).toBe(`
format: 4
service: clinic
kind: files
tables:
  pets:
    kind: table
    primaryKey: [ id ]
    columns:
      - { name: id, type: BIGINT, native: native, required: true }
      - { name: name, type: VARCHAR, native: native }
      - { name: fee, type: "DECIMAL(12,2)", native: native, required: true, comment: in euro }
`);
  });

  it('of formats that kept no checks say nothing of them', async () => {
    const [service] = catalogOf(table('clinic.pets', [column('id'), column('fee')], { checks: [{ columns: ['fee'], condition: 'fee > 0' }] })).services;
    const now = takeSnapshot(service!);
    const text = writeSnapshot(now);
    expect(text).toContain('checks: [ fee > 0 ]');
    const old = text.replace('format: 4', 'format: 3').replace(/ +checks:.*\n/, '');
    expect(changesBetween(await readSnapshot(old, 'it.yaml'), now)).toEqual([]);
    expect(changesBetween(await readSnapshot(old.replace('format: 3', 'format: 4'), 'it.yaml'), now)).toMatchObject([{ kind: 'check', before: null, after: 'fee > 0' }]);
  });

  it('edited into nonsense are refused with file, line and what is wrong', async () => {
    const text = writeSnapshot(makeSnapshot(new Random(3, 'yaml')));
    const broken = (from: string | RegExp, to: string) => readSnapshot(text.replace(from, to), '/x/it.yaml');
    await expect(broken('format: 4', 'format: 5')).rejects.toThrow(/^\/x\/it\.yaml:\d+:\d+: this snapshot is of format 5/);
    await expect(broken(/type: [^,]+/, 'type: BIGGISH')).rejects.toThrow(/^\/x\/it\.yaml:\d+:\d+: BIGGISH is no type/);
    await expect(broken(/native: [^,}]+/, 'nativ: x')).rejects.toThrow(/^\/x\/it\.yaml:\d+:\d+: .*(nativ|lacks native)/);
    await expect(broken('kind: table', 'kind: chair')).rejects.toThrow(/^\/x\/it\.yaml:\d+:\d+: /);
    await expect(broken('tables:', 'tables: [')).rejects.toThrow(/not valid YAML/);
    await expect(readSnapshot('', '/x/it.yaml')).rejects.toThrow(/^\/x\/it\.yaml/);
    await expect(readSnapshot('- 1\n- 2\n', '/x/it.yaml')).rejects.toThrow(/^\/x\/it\.yaml:1:1/);
  });
});

describe('changes', () => {
  it('are none between equal snapshots', () => {
    const snapshot = makeSnapshot(new Random(1, 'same'));
    expect(changesBetween(snapshot, structuredClone(snapshot))).toEqual([]);
  });

  // More of them: MUTATION_STREAMS=100 npx vitest run test/unit/diff/over-time.test.ts
  it.each(Array.from({ length: Number(process.env['MUTATION_STREAMS'] ?? 4) }, (_, i) => `mutations ${i}`))('of 500 random ones none is missed and none invented: %s', (stream) => {
    let applied = 0;
    for (let seed = 1; applied < 500; seed++) {
      const random = new Random(seed, stream);
      const before = makeSnapshot(random);
      const expected: string[] = [];
      const tables = before.tables.map((one) => {
        if (random.chance(0.4)) return one;
        const [name, mutate] = random.pick(mutations);
        const target = random.pick(one.columns);
        const changed = mutate(one, target);
        if (changed === undefined) return one;
        const word = name.replace('{c}', target.name);
        // Another primary key is one change, not two.
        if (JSON.stringify(changed) !== JSON.stringify(one)) expected.push(`${one.name}: ${word}`);
        return changed;
      });
      applied += expected.length;
      expect(shown(before, { ...before, tables }), `${stream}, seed ${seed}`).toEqual(expected.sort());
    }
  });

  it('take something for renamed only with evidence, and never where two could be it', () => {
    const names = (...columns: string[]): SchemaSnapshot => takeSnapshot(catalogOf(table('a.t', columns.map((name) => column(name, types.text)), {})).services[0]!);
    expect(changesBetween(names('id', 'mail', 'fon'), names('id', 'email', 'fon'))).toMatchObject([{ kind: 'column renamed', before: 'mail', after: 'email', evidence: ['the same type (native)', 'the same place in the table'] }]);
    // Two gone, two new, all of one type: the place tells which is which.
    expect(changesBetween(names('id', 'a', 'b'), names('id', 'x', 'y')).map(({ kind, before, after }) => [kind, before, after])).toEqual([['column renamed', 'a', 'x'], ['column renamed', 'b', 'y']]);
    // Moved and named otherwise: nothing speaks for a rename.
    expect(changesBetween(names('id', 'mail', 'fon'), names('id', 'fon', 'remark', 'extra')).map(({ kind }) => kind)).toEqual(['column removed', 'column added', 'column added']);
  });

  it('name who is hit, and the steps that hit nobody', async () => {
    const owners = table('people.owners', [column('id'), column('email', types.text)], { primaryKey: ['id'] });
    const pets = table('clinic.pets', [column('id'), column('owner_id'), column('owner_email', types.text)], { primaryKey: ['id'] });
    const [people] = catalogOf(owners, pets).services;
    const before = takeSnapshot(people!);
    const [old] = before.tables;
    const after: SchemaSnapshot = { ...before, tables: [{ ...old!, columns: old!.columns.filter(({ name }) => name !== 'email') }] };
    const { changes, services } = await changesSince([before], [after], [...toTables(after), pets], []);
    expect(services).toEqual([{ name: 'people', compatibility: 'none' }]);
    expect(changes).toMatchObject([
      { change: 'column removed', before: 'email', impact: 'breaking', compatibility: 'none', consumers: ['clinic.pets.owner_email keeps a copy of it'] },
    ]);
    expect(changes[0]!.steps[0]).toBe('move the readers (here: clinic.pets.owner_email) away from email');
    const gone = (await changesSince([before], [{ ...before, tables: [] }], [pets], [])).changes;
    expect(gone[0]!.consumers).toEqual(['clinic.pets.owner_id refers to it', 'clinic.pets.owner_email keeps a copy of it']);
  });
});
