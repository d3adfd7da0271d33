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
import type { Link } from '../../catalog/contract.js';
import { findFieldLinks, findLinks } from '../../catalog/links.js';
import { withFields } from '../../algebra/index.js';
import type { Table } from '../../algebra/index.js';
import { changesBetween } from './changes.js';
import type { RawChange } from './contract.js';
import { compatibilityOf, verdictOf, worst } from './classify.js';
import type { Verdict } from './contract.js';
import { Consumers } from './consumers.js';
import { toTables } from './snapshot.js';
import type { SchemaSnapshot } from './snapshot.js';
import { stepsFor } from './steps.js';

type Decisions = Parameters<typeof findLinks>[1];

export type Changes = Pick<ChangesAnswer, 'services' | 'changes' | 'summary'>;

/**
 * @param before snapshots of the services that are compared
 * @param after the same services now
 * @param others tables of all services as they are now
 * @param found links that only values show
 */
export async function changesSince(before: readonly SchemaSnapshot[], after: readonly SchemaSnapshot[], others: readonly Table[], decisions: Decisions, found: readonly Link[] = []): Promise<Changes> {
  const changed = await Promise.all(
    before.map(async (old) => {
      const raw = changesBetween(old, after.find(({ service }) => service === old.service)!);
      return { old, raw, verdicts: await Promise.all(raw.map(verdictOf)) };
    }),
  );
  const isOld = new Set(before.map(({ service }) => service));
  const tables = [...before.flatMap(toTables), ...others.filter(({ service }) => !isOld.has(service))].map(withFields);
  const anything = changed.some(({ raw }) => raw.length > 0);
  const consumers = anything ? new Consumers(tables, [...findLinks(tables.map(withoutFields), decisions), ...findFieldLinks(tables, decisions), ...found]) : undefined;
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
    consumers: worst(verdict.readers, verdict.writers) === 'safe' ? [] : hit,
    steps: stepsFor(change, verdict, hit),
  };
}
