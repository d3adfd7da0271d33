/**
 * Whether the values keep to what the schemas promise: references across services that lead nowhere, copies that have
 * drifted, rows whose event never came and events of rows that are not there, and how old the newest row of each service
 * is. Every figure is one or two ordinary statements; keys travel from the smaller side to the larger as in any join. What
 * rests on values alone, or is contradicted by them, is not counted but named.
 */

import { withFields } from '../../algebra/index.js';
import type { Table } from '../../algebra/index.js';
import type { Catalog, Link } from '../../catalog/contract.js';
import { addressText } from '../../catalog/links.js';
import { atOnce } from '../at-once.js';
import { findColumn, sampleLinks } from '../links.js';
import { pairTables } from '../pairs.js';
import { discoverLinks } from '../values/discover.js';
import type { Run } from '../values/sample.js';
import { copiesThatDiffer } from './copies.js';
import { freshness } from './freshness.js';
import { busLag } from './lag.js';
import { orphans } from './orphans.js';
import type { Checked, Unchecked } from './statement.js';
import { rowsWithoutEvent } from './without-event.js';

export interface CheckSettings {
  /** A service whose newest row is older than this is a finding; absent: ages are only shown. */
  readonly maxAgeMs?: number | undefined;
  /** A message that comes later after its row is a finding; absent: lags are only shown. */
  readonly maxLagMs?: number | undefined;
  /** None: all. One: what concerns it. Two: what is between them. */
  readonly services?: readonly string[];
  /** Tables of more rows are looked at in part; default 2,000,000. */
  readonly wholeRows?: number | undefined;
  readonly only?: 'references' | 'copies' | 'lag' | 'freshness' | undefined;
}

export interface CheckedValues {
  readonly checks: readonly Checked[];
  readonly unchecked: readonly Unchecked[];
}

/** @param now what age is counted from */
export async function checkValues(catalog: Catalog, run: Run, now: Date, { maxAgeMs, maxLagMs, services = [], wholeRows, only }: CheckSettings = {}, isRejected: (from: string, to: string) => boolean = () => false): Promise<CheckedValues> {
  const tables = catalog.services.flatMap((service) => service.tables.map(withFields));
  const isWanted = (a: string, b: string) => (services.length < 2 ? services.length === 0 || services.includes(a) || services.includes(b) : services.includes(a) && services.includes(b));
  // The store itself holds its foreign keys.
  const links = catalog.links.filter(({ evidence, from, to }) => evidence !== 'declared' && isWanted(from.service, to.service));
  const samples = await sampleLinks(tables, links, run);
  const kept = links.filter((link) => samples.get(link) !== undefined && !samples.get(link)!.isRefuted);
  const pairs = pairTables(tables, kept, new Map(kept.map((link) => [link, samples.get(link)!.sample]))).filter(({ left, right }) => isWanted(left.service, right.service));
  const references = kept.map((link) => ({ from: findColumn(tables, link.from)!, to: findColumn(tables, link.to)! }));
  const isAsked = (sort: CheckSettings['only']) => only === undefined || only === sort;
  const topics = pairs.filter(({ left }) => left.kind === 'topic');
  const found: (Checked | Unchecked)[] = [
    ...(isAsked('references') ? (await atOnce(references, ({ from, to }) => orphans(from, to, run, wholeRows))).flat() : []),
    ...(isAsked('references') ? (await atOnce(topics, (pair) => rowsWithoutEvent(pair, run, wholeRows))).flat() : []),
    ...(isAsked('lag') ? (await atOnce(topics, (pair) => busLag(pair, run, maxLagMs, wholeRows))).flat() : []),
    ...(isAsked('copies') ? (await atOnce(pairs.filter(({ left }) => left.kind !== 'topic'), (pair) => copiesThatDiffer(pair, run, wholeRows))).flat() : []),
    ...(isAsked('freshness') ? (await atOnce(catalog.services.filter(({ name }) => services.length === 0 || services.includes(name)), (service) => freshness(service, run, now, maxAgeMs))).flat() : []),
  ];
  const refuted = links.flatMap((link): Unchecked[] => {
    const sampled = samples.get(link);
    return sampled?.isRefuted === true ? [uncheckedLink(tables, link, `its name suggests it, but of ${sampled.sample.keys} sampled keys ${sampled.sample.found === 0 ? 'none is' : `only ${sampled.sample.found} are`} there`)] : [];
  });
  const { proposals } = isAsked('references') ? await discoverLinks(tables, catalog.links, run, (a, b) => isWanted(a.service, b.service)) : { proposals: [] };
  const proposed = proposals
    .filter(({ link }) => !isRejected(addressText(link.from), addressText(link.to)))
    .map(({ link, sample }) => uncheckedLink(tables, link, `only values speak for it: ${sample.found} of ${sample.keys} keys are there. Confirm or reject it: aishell schema links --confirm ${addressText(link.from)}=${addressText(link.to)}`));
  return {
    checks: found.filter((one): one is Checked => !('why' in one)),
    unchecked: [...(isAsked('references') ? [...refuted, ...proposed] : []), ...found.filter((one): one is Unchecked => 'why' in one)],
  };
}

function uncheckedLink(tables: readonly Table[], { from, to }: Link, why: string): Unchecked {
  const isTopic = findColumn(tables, from)?.table.kind === 'topic';
  return { check: isTopic ? 'events without a row' : 'references that lead nowhere', where: addressText(from), against: addressText(to), why };
}
