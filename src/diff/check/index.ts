/**
 * Whether the values keep to what the schemas promise: references across services that lead nowhere, copies that have
 * drifted, rows whose event never came and events of rows that are not there, and how old the newest row of each service
 * is. Every figure is one or two ordinary statements; keys travel from the smaller side to the larger as in any join.
 */

import { withFields } from '../../algebra/index.js';
import type { Catalog } from '../../catalog/contract.js';
import { atOnce } from '../at-once.js';
import { findColumn, sampleLinks } from '../links.js';
import { pairTables } from '../pairs.js';
import type { Run } from '../values/sample.js';
import { copiesThatDiffer } from './copies.js';
import { freshness } from './freshness.js';
import { busLag } from './lag.js';
import { orphans } from './orphans.js';
import type { Checked } from './statement.js';
import { rowsWithoutEvent } from './without-event.js';

/**
 * @param now what age is counted from
 * @param maxAgeMs a service whose newest row is older than this is a finding; absent: ages are only shown
 * @param maxLagMs a message that comes later after its row is a finding; absent: lags are only shown
 */
export async function checkValues(catalog: Catalog, run: Run, now: Date, maxAgeMs: number | undefined, maxLagMs?: number): Promise<Checked[]> {
  const tables = catalog.services.flatMap((service) => service.tables.map(withFields));
  // The store itself holds its foreign keys.
  const links = catalog.links.filter(({ evidence }) => evidence !== 'declared');
  const samples = await sampleLinks(tables, links, run);
  const kept = links.filter((link) => samples.get(link) !== undefined && !samples.get(link)!.isRefuted);
  const pairs = pairTables(tables, kept, new Map(kept.map((link) => [link, samples.get(link)!.sample])));
  const references = kept.map((link) => ({ from: findColumn(tables, link.from)!, to: findColumn(tables, link.to)! }));
  return [
    ...(await atOnce(references, ({ from, to }) => orphans(from, to, run))),
    ...(await atOnce(pairs.filter(({ left }) => left.kind === 'topic'), (pair) => rowsWithoutEvent(pair, run))).flat(),
    ...(await atOnce(pairs.filter(({ left }) => left.kind === 'topic'), (pair) => busLag(pair, run, maxLagMs))).flat(),
    ...(await atOnce(pairs.filter(({ left }) => left.kind !== 'topic'), (pair) => copiesThatDiffer(pair, run))).flat(),
    ...(await atOnce(catalog.services, (service) => freshness(service, run, now, maxAgeMs))).flat(),
  ];
}
