/**
 * What changed in services since a snapshot was taken, and whom it hits.
 *
 *   snapshot.ts  a schema without anything that changes by itself      file.ts      as YAML
 *   changes.ts   two snapshots compared: facts                          renames.ts   what was probably renamed, and why
 *   classify.ts  readers and writers: safe, risky, breaking             steps.ts     expand and contract
 *   registered.ts versions in a schema registry
 *   consumers.ts who refers to what changed, copies it, or carries it   migrations.ts  where a service's own tool stands
 */

import type { ChangesAnswer } from '../../answer/contract.js';
import type { Catalog, Link } from '../../catalog/contract.js';
import { findFieldLinks, findLinks } from '../../catalog/links.js';
import { tableName, withFields } from '../../algebra/index.js';
import type { Table } from '../../algebra/index.js';
import { changesBetween } from './changes.js';
import type { RawChange } from './contract.js';
import { compatibilityOf, verdictOf, worst } from './classify.js';
import type { Verdict } from './contract.js';
import { findColumn, sampleLinks, withFieldLinks } from '../links.js';
import { discoverLinks } from '../values/discover.js';
import type { LinkSample, Run } from '../values/sample.js';
import { Consumers, linkText } from './consumers.js';
import { toTables } from './snapshot.js';
import type { SchemaSnapshot } from './snapshot.js';
import { stepsFor } from './steps.js';

type Decisions = Parameters<typeof findLinks>[1];

/** Links that only values show, and what the rows of links say, by `linkText`. */
export interface ByValues {
  readonly links: readonly Link[];
  readonly samples: ReadonlyMap<string, LinkSample>;
}

/**
 * Whom changes of these tables hit, by the rows.
 * @param isChanged by the table's whole name
 */
export async function hitByValues(catalog: Catalog, decisions: Decisions, isChanged: (table: string) => boolean, run: Run): Promise<ByValues & { readonly warnings: readonly string[] }> {
  const inScope = (a: Table, b: Table) => isChanged(tableName(a)) || isChanged(tableName(b));
  const { proposals, warnings } = await discoverLinks(catalog.services.flatMap((one) => one.tables), catalog.links, run, inScope);
  const whole = withFieldLinks(catalog, decisions);
  const tables = whole.services.flatMap((one) => one.tables);
  const touching = [...whole.links, ...proposals.map(({ link }) => link)].filter((link) => {
    const [from, to] = [findColumn(tables, link.from), findColumn(tables, link.to)];
    return from !== undefined && to !== undefined && from.table.service !== to.table.service && inScope(from.table, to.table);
  });
  const samples = await sampleLinks(tables, touching, run);
  return { links: proposals.map(({ link }) => link), samples: new Map([...samples].filter(([, { isRefuted }]) => !isRefuted).map(([link, { sample }]) => [linkText(link), sample])), warnings };
}

export type Changes = Pick<ChangesAnswer, 'services' | 'changes' | 'summary'>;

/**
 * @param before snapshots of the services that are compared
 * @param after the same services now
 * @param others tables of all services as they are now
 * @param values what the rows say of who is hit
 */
export async function changesSince(before: readonly SchemaSnapshot[], after: readonly SchemaSnapshot[], others: readonly Table[], decisions: Decisions, values: ByValues = { links: [], samples: new Map() }): Promise<Changes> {
  const changed = await Promise.all(
    before.map(async (old) => {
      const raw = changesBetween(old, after.find(({ service }) => service === old.service)!);
      return { old, raw, verdicts: await Promise.all(raw.map(verdictOf)) };
    }),
  );
  const isOld = new Set(before.map(({ service }) => service));
  const tables = [...before.flatMap(toTables), ...others.filter(({ service }) => !isOld.has(service))].map(withFields);
  const anything = changed.some(({ raw }) => raw.length > 0);
  const consumers = anything ? new Consumers(tables, [...findLinks(tables.map(withoutFields), decisions), ...findFieldLinks(tables, decisions), ...values.links], values.samples) : undefined;
  const changes = changed.flatMap(({ old, raw, verdicts }) => raw.map((change, i) => judge(old.service, change, verdicts[i]!, consumers!)));
  const count = (what: string, impact: string) => ({ what, count: changes.filter((change) => change.impact === impact).length });
  return {
    services: changed.map(({ old, verdicts }) => ({ name: old.service, compatibility: compatibilityOf(verdicts) })),
    changes,
    summary: [count('breaking', 'breaking'), count('risky', 'risky'), count('safe', 'safe')],
  };
}

function withoutFields(table: Table): Table {
  return { ...table, columns: table.columns.filter(({ within }) => within === undefined) };
}

function judge(service: string, change: RawChange, verdict: Verdict, consumers: Consumers): ChangesAnswer['changes'][number] {
  const hit = consumers.of(service, change);
  const { kind, table, column, before, after, evidence = [] } = change;
  return {
    service,
    table: table?.name ?? null,
    column: column ?? null,
    change: kind,
    before,
    after,
    readers: verdict.readers,
    writers: verdict.writers,
    impact: worst(verdict.readers, verdict.writers),
    compatibility: compatibilityOf([verdict]),
    why: verdict.why,
    evidence,
    // The old name is gone from the store, and its values with it.
    valuesCompared: evidence.length === 0 ? null : false,
    consumers: worst(verdict.readers, verdict.writers) === 'safe' ? [] : hit,
    steps: stepsFor(change, verdict, hit),
  };
}
