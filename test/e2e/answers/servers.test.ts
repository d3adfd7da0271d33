/**
 * The same estate on real servers: the same services, tables, columns and types as on files, and the same answers to
 * the five questions. The databases and topics are this run's own; the configuration is the example's but for them.
 */

import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeEstate } from '../../../examples/microservices/generator/estate.js';
import { writeEmbedded } from '../../../examples/microservices/generator/write/embedded.js';
import { typeName } from '../../../connectors/contract.js';
import { estateServersUp, ServerEstate } from '../support/server-estate.js';
import { Asker } from './ask.js';
import { expectCorrelation, expectDetails, expectDifferences, expectReport, expectTrace, questions } from './expectations.js';
import { truthOf } from './truth.js';
import type { Truth } from './truth.js';

const options = { seed: 7, scale: 0.4, now: new Date('2026-02-03T00:00:00Z') };
const example = (name: string) => new URL(`../../../examples/microservices/${name}`, import.meta.url);

describe.skipIf(!estateServersUp && process.env['CI'] !== 'true')('the five questions on servers', () => {
  let dir: string;
  let truth: Truth;
  let real: Asker;
  let embedded: Asker;
  let servers: ServerEstate;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'aishell-servers-'));
    process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
    await copyFile(example('aishell.yaml'), join(dir, 'aishell.yaml'));
    const estate = makeEstate(options);
    await writeEmbedded(estate, join(dir, 'data'));
    servers = await ServerEstate.create(estate, 'estate', join(dir, 'aishell.servers.yaml'));
    truth = truthOf(estate);
    embedded = await Asker.open(join(dir, 'aishell.yaml'));
    real = await Asker.open(join(dir, 'aishell.servers.yaml'));
  }, 240_000);

  afterAll(async () => {
    await real?.close();
    await embedded?.close();
    await servers?.remove();
    await rm(dir, { recursive: true, force: true });
  });

  it('have the same tables, columns and types, and are linked alike', async () => {
    const outline = async (asker: Asker) => {
      const { services, links } = await asker.session.catalog(AbortSignal.timeout(120_000));
      const columns = services.flatMap(({ tables }) =>
        tables.flatMap((table) => table.columns.map((column) => `${table.service}.${table.name}.${column.name} ${typeName(column.type)}`)),
      );
      const ends = links.map(({ from, to }) => `${from.service}.${from.table}.${from.column} -> ${to.service}.${to.table}.${to.column}`);
      return { columns: columns.sort(), links: ends.sort() };
    };
    expect(await outline(real)).toEqual(await outline(embedded));
  });

  it('hold the same rows', async () => {
    for (const [path, count] of truth.rows) {
      const { rows } = await real.sql(`SELECT count(*) FROM ${path}`);
      expect(Number(rows[0]![0]), path).toBe(count);
    }
  });

  it(questions.details, async () => expectDetails(await real.ask('query', questions.details), truth));
  it(questions.correlation, async () => expectCorrelation(await real.ask('query', questions.correlation), truth));
  it(questions.differences, async () => {
    const answer = await real.ask('diff', questions.differences);
    expectDifferences(answer);
    expect(answer.pairs.map(({ left, right }) => `${left} ${right}`).sort()).toEqual((await embedded.ask('diff', questions.differences)).pairs.map(({ left, right }) => `${left} ${right}`).sort());
  });
  it(questions.trace, async () => expectTrace(await real.ask('trace', questions.trace), truth));
  it(questions.report, async () => expectReport(await real.ask('report', questions.report), truth));

  it('join all six stores at once, with the same result', async () => {
    const statement = `
      SELECT o.id, u.name, p.name AS product, pay.status, f.revenue, count(DISTINCT n.id) AS told, count(DISTINCT e."eventId") AS events
      FROM orders.orders o
      JOIN users.users u ON u.id = o.customer_id
      JOIN orders.order_items i ON i.order_id = o.id AND i.line_no = 1
      JOIN products.products p ON p.id = i.product_id
      JOIN payments.payments pay ON pay."orderId" = CAST(o.id AS VARCHAR)
      JOIN analytics.order_facts f ON f.order_id = o.id
      LEFT JOIN notifications.notification n ON n."orderId" = o.id
      JOIN bus.orders e ON e."orderId" = o.id
      GROUP BY ALL ORDER BY 1, 4`;
    const [fromServers, fromFiles] = [await real.sql(statement), await embedded.sql(statement)];
    expect(fromServers.rows.length).toBeGreaterThan(50);
    expect(fromServers.rows).toEqual(fromFiles.rows);
    expect(new Set(fromServers.fragments.map(({ service }) => service)).size).toBe(7);
  });
});
