/** Services of an insurer that write one thing in every other way: what is told of them, and that asking again and again costs no memory. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/index.js';
import { openSession } from '../../../src/session/index.js';
import { Stores, storesUp } from '../support/stores.js';

const options = () => ({ signal: AbortSignal.timeout(60_000) });

describe.skipIf(!storesUp && process.env['CI'] !== 'true')('one thing in other ways', () => {
  let [dir, stores] = ['', undefined as unknown as Stores];
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'aishell-strange-'));
    process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
    process.env['XDG_STATE_HOME'] = join(dir, 'state');
    stores = await Stores.open('insurer');
    await stores.postgres(`CREATE DOMAIN eur AS numeric(10,2) CHECK (VALUE >= 0); CREATE TYPE state AS ENUM ('ACTIVE', 'CANCELLED');
      CREATE TABLE people (id uuid PRIMARY KEY, "Name" text, name text, mail varchar(80) NOT NULL, "select" int, "e mail 📮" text);
      CREATE TABLE policies (id bigint PRIMARY KEY, person_id uuid REFERENCES people, fee eur, state state, opened_at timestamptz NOT NULL);
      INSERT INTO people SELECT md5(i::text)::uuid, 'N' || i, 'n' || i, 'm' || i || '@example.org', -i FROM generate_series(1, 200) i;
      INSERT INTO policies SELECT i, md5(i::text)::uuid, i / 10.0, (CASE WHEN i % 2 = 0 THEN 'ACTIVE' ELSE 'CANCELLED' END)::state, timestamptz '2026-03-10 12:00+00' + i * interval '5 hours' FROM generate_series(1, 200) i`);
    // Numbers with zeros in front, UUIDs in capitals, money as double, states in small letters, a mail too short, times of Vienna.
    await stores.mysql('CREATE TABLE invoices (invoice_no int(8) unsigned zerofill PRIMARY KEY, policyId varchar(20), person char(36), policy_fee double, policy_state varchar(12), person_mail varchar(20), policy_opened_at datetime)');
    const { rows } = (await stores.postgres('SELECT id, upper(person_id::text) AS person, fee, lower(state::text) AS state, opened_at::timestamptz AT TIME ZONE \'Europe/Vienna\' AS at FROM policies')) as { rows: { id: string; person: string; fee: string; state: string; at: Date }[] };
    const local = (at: Date) => new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19).replace('T', ' ');
    await stores.mysql(`INSERT INTO invoices VALUES ${rows.map(({ id, person, fee, state, at }, i) => `(${i + 1}, '${id.padStart(8, '0')}', '${person}', ${fee}, '${state}', 'm${id}@example.org', '${local(at)}')`).join(', ')}`);
    await stores.mongodb.collection<object>('children').insertMany(rows.slice(0, 120).map(({ id, person, fee }) => ({ _id: `child ${id}`, policy: { id: Number(id), fee: Math.round(Number(fee) * 100) }, personId: person.toLowerCase() })) as never);
  }, 60_000);
  afterAll(async () => {
    await stores.close();
    await rm(dir, { recursive: true, force: true });
  });

  it('is told column by column', async () => {
    const path = join(dir, 'aishell.yaml');
    await writeFile(path, `services:\n  crm: ${stores.service('postgres')}\n  billing: ${stores.service('mysql')}\n  family: ${stores.service('mongodb')}\n`);
    const session = await openSession({ config: await loadConfig({ path, cwd: '/', env: process.env }) });
    try {
      const { pairs } = await session.diff(undefined, undefined, options());
      const said = pairs.flatMap(({ differences }) => differences.map(({ severity, aspect, left, right, what }) => `${severity} ${aspect}: ${left} ${right}: ${what}`)).join('\n');
      for (const line of [
        /^breaking key: billing\.invoices\.policyId crm\.policies\.id: .* match only without leading zeros/m,
        /^risky key: billing\.invoices\.person crm\.people\.id: .* match only whatever their case/m,
        /^risky type: billing\.invoices\.policy_fee crm\.policies\.fee: DOUBLE here, DECIMAL\(10,2\) there/m,
        /^risky values: billing\.invoices\.policy_state crm\.policies\.state: values not known here: ACTIVE, CANCELLED \(only the case differs\)/m,
        /^breaking length: billing\.invoices\.person_mail crm\.people\.mail: at most 20 characters here, 80 there/m,
        // Summer time began on the way.
        /^breaking unit: billing\.invoices\.policy_opened_at crm\.policies\.opened_at: times here are (2 h later or 1 h later|1 h later or 2 h later) than those there, in 200 of 200 sampled rows/m,
        /^breaking unit: family\.children\.policy\.fee crm\.policies\.fee: numbers here are those there times 100, in 120 of 120/m,
      ]) expect(said).toMatch(line);
      const { links } = await session.links(options());
      expect(links.filter(({ evidence }) => evidence === 'inferred').map(({ from, to, status }) => `${status} ${from} ${to}`).sort()).toEqual([
        'supported billing.invoices.person crm.people.id', 'supported billing.invoices.policyId crm.policies.id',
        'supported family.children.personId crm.people.id', 'supported family.children.policy.id crm.policies.id',
      ]);
      // Asked twenty times in one session: what one comparison took is free again.
      const used: number[] = [];
      for (let i = 0; i < 20; i++) {
        await session.diff('billing', 'crm', options());
        used.push(process.memoryUsage.rss());
      }
      expect(Math.max(...used.slice(-5)) - Math.max(...used.slice(0, 5)), used.map((bytes) => Math.round(bytes / 2 ** 20)).join(' ')).toBeLessThan(150 * 2 ** 20);
    } finally {
      await session.close();
    }
  }, 180_000);
});
