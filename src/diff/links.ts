/**
 * Links and what speaks for them: a foreign key, a person's word, names and types, and the values themselves. Names
 * propose (src/catalog/links.ts), values judge: keys of a sample are looked up where they should be. Columns whose
 * names say nothing are proposed by their values alone (values/discover.ts).
 */

import type { LinksAnswer } from '../answer/contract.js';
import type { Catalog, ColumnAddress, Link } from '../catalog/contract.js';
import { addressText, findFieldLinks } from '../catalog/links.js';
import { withFields } from '../algebra/index.js';
import type { Column, Table } from '../algebra/index.js';
import { atOnce } from './at-once.js';
import { discoverLinks } from './values/discover.js';
import { sampleLink } from './values/sample.js';
import type { LinkSample, Run } from './values/sample.js';

export interface FoundColumn {
  readonly table: Table;
  readonly column: Column;
}

export interface SampledLink {
  readonly sample: LinkSample;
  /** Enough keys, and next to none of them there: the names mislead. */
  readonly isRefuted: boolean;
}

const enoughKeys = 20;
/** Low, since stores that let rows expire hold few of the keys that a log once named. */
const refutedBelow = 0.05;
const supportedFrom = 0.8;

export function findColumn(tables: readonly Table[], address: ColumnAddress): FoundColumn | undefined {
  const table = tables.find((t) => t.service === address.service && t.schema === address.schema && t.name === address.table);
  const column = table?.columns.find((c) => c.name === address.column);
  return table && column && { table, column };
}

export async function sampleLinks(tables: readonly Table[], links: readonly Link[], run: Run): Promise<Map<Link, SampledLink>> {
  const sampled = await atOnce(links, async (link) => {
    const [from, to] = [findColumn(tables, link.from), findColumn(tables, link.to)];
    if (from === undefined || to === undefined) return undefined;
    const sample = await sampleLink(from.table, from.column, to.table, to.column, run);
    const isRefuted = link.evidence === 'inferred' && sample.keys >= enoughKeys && containment(sample) < refutedBelow;
    return [link, { sample, isRefuted }] as const;
  });
  return new Map(sampled.filter((one) => one !== undefined));
}

/** The catalogue's links, and those of members of nested columns: what comparisons follow. */
export function withFieldLinks(catalog: Catalog, decisions: Parameters<typeof findFieldLinks>[1]): Catalog {
  const tables = catalog.services.flatMap((service) => service.tables.map(withFields));
  return { services: catalog.services.map((service) => ({ ...service, tables: service.tables.map(withFields) })), links: [...catalog.links, ...findFieldLinks(tables, decisions)] };
}

/** Every link with its evidence, and what the values propose beyond them. Foreign keys are not sampled: the store holds them. */
export async function linksWithEvidence(
  tables: readonly Table[],
  links: readonly Link[],
  rejected: readonly { readonly from: string; readonly to: string }[],
  run: Run,
): Promise<Pick<LinksAnswer, 'links' | 'warnings'>> {
  const samples = await sampleLinks(tables, links.filter(({ evidence }) => evidence !== 'declared'), run);
  const isRejected = new Set(rejected.map(({ from, to }) => `${from} ${to}`.toLowerCase()));
  const { proposals, warnings } = await discoverLinks(tables, links, run);
  const known = links.map((link) => entry(link, samples.get(link)));
  const proposed = proposals
    .filter(({ link }) => !isRejected.has(`${addressText(link.from)} ${addressText(link.to)}`.toLowerCase()))
    .map(({ link, sample }): LinksAnswer['links'][number] => ({ ...texts(link), status: 'proposed', score: link.score, values: sample }));
  const refused = rejected.map(({ from, to }): LinksAnswer['links'][number] => ({ from, to, evidence: 'rejected', status: 'rejected', because: 'rejected in the configuration', score: 0, values: null }));
  return { links: [...known, ...proposed, ...refused], warnings };
}

function entry(link: Link, sampled: SampledLink | undefined): LinksAnswer['links'][number] {
  if (sampled === undefined) return { ...texts(link), status: link.evidence === 'declared' ? 'declared' : 'unproven', score: link.score, values: null };
  const { sample, isRefuted } = sampled;
  const share = containment(sample);
  const isEnough = sample.keys >= enoughKeys;
  const status = link.evidence === 'confirmed' ? 'confirmed' : isRefuted ? 'refuted' : isEnough && share >= supportedFrom ? 'supported' : 'unproven';
  const score = link.evidence === 'confirmed' || !isEnough ? link.score : Math.round(((link.score + 2 * share) / 3) * 100) / 100;
  return { ...texts(link), status, score, values: { keys: sample.keys, found: sample.found, missing: sample.missing, sample: sample.how } };
}

function texts(link: Link): Pick<LinksAnswer['links'][number], 'from' | 'to' | 'evidence' | 'because'> {
  return { from: addressText(link.from), to: addressText(link.to), evidence: link.evidence, because: link.because };
}

/** The share of sampled keys that are there, in whatever spelling. */
function containment({ keys, found, respelled }: LinkSample): number {
  return keys === 0 ? 0 : (found + respelled.reduce((sum, { count }) => sum + count, 0)) / keys;
}
