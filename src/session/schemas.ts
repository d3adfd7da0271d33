/** Comparisons and links as answers: what could not be looked at is named, and nothing of it is guessed. */

import { dirname, resolve } from 'node:path';
import type { ChangesAnswer, CheckAnswer, DiffAnswer, LinksAnswer, SnapshotAnswer, MissingSource, QueryAnswer } from '../answer/contract.js';
import type { Catalog, Link } from '../catalog/contract.js';
import { findFieldLinks, findLinks } from '../catalog/links.js';
import type { Config, LinkDecision } from '../config/contract.js';
import { writeLinkDecisions } from '../config/link-decisions.js';
import { suggest } from '../config/nearest.js';
import { checkValues } from '../diff/check/index.js';
import { compareSchemas } from '../diff/index.js';
import { linksWithEvidence, withFieldLinks } from '../diff/links.js';
import { changesSince, hitByValues } from '../diff/over-time/index.js';
import type { Changes } from '../diff/over-time/index.js';
import { transitively } from '../diff/over-time/transitive.js';
import type { Transitive } from '../diff/over-time/transitive.js';
import { migrationOf } from '../diff/over-time/migrations.js';
import { takeSnapshot } from '../diff/over-time/snapshot.js';
import type { ColumnSnapshot, SchemaSnapshot } from '../diff/over-time/snapshot.js';
import { tableName, typeName, withFields } from '../algebra/index.js';
import { AishellError } from '../errors.js';
import type { ChangesAgainst, CheckScope, Hypothesis } from './contract.js';
import { checkKey, countsBefore, historyPath, remember } from './check-history.js';
import { commitBefore, defaultFolder, lastRelease, loadHistory, loadSnapshots, storeSnapshots } from './stored-snapshots.js';

export interface SchemaContext {
  readonly catalog: Catalog;
  readonly missing: readonly MissingSource[];
  readonly allowPartial: boolean;
  readonly signal: AbortSignal;
  readonly run: (sql: string) => Promise<QueryAnswer>;
}

export async function diffAnswer(
  { left, right, values }: { readonly left: string | undefined; readonly right: string | undefined; readonly values: boolean },
  config: Config,
  context: SchemaContext,
): Promise<DiffAnswer> {
  const started = performance.now();
  const { result, missing } = await withoutLost(context, (catalog, run) => compareSchemas(withFieldLinks(catalog, config.links), { left, right }, values ? run : undefined, config.flows.writes));
  return { ...result, missing, complete: missing.length === 0, elapsedMs: Math.round(performance.now() - started) };
}

export async function linksAnswer(decisions: readonly LinkDecision[], config: Config, context: SchemaContext): Promise<LinksAnswer> {
  const started = performance.now();
  const checked = decisions.map((decision) => ({ ...decision, from: knownColumn(decision.from, context.catalog), to: knownColumn(decision.to, context.catalog) }));
  if (checked.length > 0) await writeLinkDecisions(config.path, checked);
  const isOverruled = (old: LinkDecision) => checked.some(({ from, to }) => old.from.toLowerCase() === from.toLowerCase() && old.to.toLowerCase() === to.toLowerCase());
  const all = [...config.links.filter((old) => !isOverruled(old)), ...checked];
  const { result, missing } = await withoutLost(context, (catalog, run) => {
    const plain = catalog.services.flatMap((service) => service.tables);
    const tables = plain.map(withFields);
    return linksWithEvidence(tables, [...findLinks(plain, all), ...findFieldLinks(tables, all)], all.filter(({ decision }) => decision === 'rejected'), run);
  });
  return {
    kind: 'links',
    ...result,
    written: checked.length === 0 ? null : { path: config.path, decisions: checked },
    missing,
    complete: missing.length === 0,
    elapsedMs: Math.round(performance.now() - started),
  };
}

export async function snapshotAnswer(folder: string | undefined, config: Config, context: SchemaContext): Promise<SnapshotAnswer> {
  const started = performance.now();
  const target = folder === undefined ? defaultFolder(config.path) : resolve(folder);
  const { result: snapshots, missing } = await withoutLost(context, takeSnapshots);
  const states = await storeSnapshots(target, snapshots);
  return {
    kind: 'snapshot',
    folder: target,
    files: snapshots.map(({ tables, migration }, i) => ({
      ...states[i]!,
      tables: tables.length,
      columns: tables.reduce((sum, { columns }) => sum + columns.length, 0),
      migration: migration === undefined ? null : `${migration.tool} ${migration.version}`,
    })),
    missing,
    warnings: [],
    complete: missing.length === 0,
    elapsedMs: Math.round(performance.now() - started),
  };
}

export async function checkAnswer({ maxAgeMs, maxLagMs, services = [], wholeRows, only }: CheckScope & { readonly maxAgeMs?: number; readonly maxLagMs?: number }, config: Config, context: SchemaContext): Promise<CheckAnswer> {
  const started = performance.now();
  const now = new Date();
  const path = historyPath(config.path);
  const rejected = new Set(config.links.filter(({ decision }) => decision === 'rejected').map(({ from, to }) => `${from} ${to}`.toLowerCase()));
  const isRejected = (from: string, to: string) => rejected.has(`${from} ${to}`.toLowerCase());
  const { result, missing } = await withoutLost(context, (catalog, run) => checkValues(withFieldLinks(catalog, config.links), run, now, { maxAgeMs, maxLagMs, services, wholeRows, only }, isRejected));
  const history = await countsBefore(path);
  const checks = result.checks.map((check) => {
    const before = history.get(checkKey(check)) ?? [];
    return { ...check, before: before.at(-1) ?? null, trend: check.found === null ? [] : [...before, check.found] };
  });
  const warnings: string[] = [];
  if (checks.length === 0) warnings.push(`Nothing was checked: no link${services.length === 0 ? '' : services.length === 1 ? ` of ${services[0]}` : ` between ${services.join(' and ')}`} is known. \`aishell schema links\` proposes some by their values, and --confirm keeps them.`);
  await remember(path, now, checks).catch((error: Error) => warnings.push(`The counts could not be kept for the next time: ${error.message}`));
  const worse = checks.filter(isWorse).length;
  return {
    kind: 'check',
    checks,
    unchecked: result.unchecked,
    summary: [
      { what: 'checks', count: checks.length },
      { what: 'not checked', count: result.unchecked.length },
      { what: 'found something', count: checks.filter(({ ok }) => !ok).length },
      { what: 'worse than the last time', count: worse },
    ],
    missing,
    warnings,
    complete: missing.length === 0,
    elapsedMs: Math.round(performance.now() - started),
  };
}

function isWorse({ found, before }: CheckAnswer['checks'][number]): boolean {
  return found !== null && before !== null && found > before;
}

/** @param transitive beside every earlier version of the snapshots too */
export async function changesAnswer(wanted: ChangesAgainst | undefined, service: string | undefined, transitive: boolean, config: Config, context: SchemaContext): Promise<ChangesAnswer> {
  const started = performance.now();
  const against = wanted === undefined ? defaultFolder(config.path) : typeof wanted === 'string' ? wanted : 'release' in wanted ? await lastRelease(dirname(config.path), context.signal) : await commitBefore(wanted.before, dirname(config.path), context.signal);
  const history = transitive ? await loadHistory(against, process.cwd(), dirname(config.path), context.signal) : undefined;
  const stored = history?.versions[0] ?? (await loadSnapshots(against, process.cwd(), dirname(config.path), context.signal));
  const { result: current, missing } = await withoutLost(context, takeSnapshots);
  const isHere = (name: string) => current.some((one) => one.service === name);
  const isWanted = (name: string) => service === undefined || name.toLowerCase() === service.toLowerCase();
  if (service !== undefined && !stored.snapshots.some((one) => isWanted(one.service))) {
    throw new AishellError('usage', `There is no snapshot of '${service}' in ${stored.where}.`, `It has: ${stored.snapshots.map((one) => one.service).join(', ')}.`);
  }
  const before = stored.snapshots.filter((one) => isWanted(one.service) && isHere(one.service));
  const gone = stored.snapshots.filter((one) => isWanted(one.service) && !isHere(one.service) && !missing.some((source) => source.service === one.service));
  const fresh = current.filter((one) => isWanted(one.service) && !stored.snapshots.some((old) => old.service === one.service));
  const tables = context.catalog.services.flatMap((one) => one.tables);
  let changed = await changesSince(before, current, tables, config.links);
  const cut: string[] = [];
  // Whom it hits may be known by values alone; where nothing can hit anybody they are not asked.
  if (changed.changes.some(({ impact }) => impact !== 'safe')) {
    const isChanged = new Set(changed.changes.flatMap(({ service: name, table, impact }) => (table === null || impact === 'safe' ? [] : [`${name}.${table}`])));
    const { result: found } = await withoutLost(context, async (catalog, run) => hitByValues(catalog, config.links, (table) => isChanged.has(table), run));
    changed = await changesSince(before, current, tables, config.links, found);
    cut.push(...found.warnings);
  }
  const earlier = history && (await transitively(history.versions.map(({ where, snapshots }) => ({ where, snapshots: snapshots.filter((one) => isWanted(one.service) && isHere(one.service)) })), current));
  return {
    kind: 'changes',
    against: stored.where,
    ...(earlier === undefined ? changed : await withEarlier(changed, earlier, async (snapshot) => (await changesSince([snapshot], current, tables, config.links)).changes)),
    missing,
    warnings: [
      ...cut,
      ...(history?.isCut === true ? [`Only the newest ${history.versions.length} versions were compared.`] : []),
      ...gone.map((one) => `${one.service} has a snapshot and is no service of this configuration (or was left out by --service): not compared.`),
      ...fresh.map((one) => `${one.service} has no snapshot in ${stored.where}: not compared. Take one: aishell schema snapshot`),
    ],
    complete: missing.length === 0,
    elapsedMs: Math.round(performance.now() - started),
  };
}

/** What only earlier versions show is told with the version that shows it. */
async function withEarlier(changed: Changes, { compatibility, versions, hidden }: Transitive, changesOf: (snapshot: SchemaSnapshot) => Promise<Changes['changes']>): Promise<Changes & Pick<ChangesAnswer, 'versions'>> {
  const keyOf = ({ service, change, table, column, before, after }: Changes['changes'][number]) => JSON.stringify([service, change, table, column, before, after]);
  const known = new Set(changed.changes.map(keyOf));
  const more: Changes['changes'][number][] = [];
  for (const { version, snapshot } of hidden) {
    for (const one of await changesOf(snapshot)) {
      if (one.impact !== 'breaking' || known.has(keyOf(one))) continue;
      known.add(keyOf(one));
      more.push({ ...one, since: version.where });
    }
  }
  const changes = [...changed.changes, ...more];
  return {
    services: changed.services.map((one) => ({ ...one, transitive: compatibility.get(one.name) ?? one.compatibility })),
    changes,
    summary: (['breaking', 'risky', 'safe'] as const).map((what) => ({ what, count: changes.filter(({ impact }) => impact === what).length })),
    versions,
  };
}

/** The schema as it is, compared with itself after the change. */
export async function impactAnswer(wanted: Hypothesis, config: Config, context: SchemaContext): Promise<ChangesAnswer> {
  const started = performance.now();
  const { catalog, missing } = context;
  const before = takeSnapshot(catalog.services.find(({ name }) => name === wanted.service)!);
  const change = (column: ColumnSnapshot): readonly ColumnSnapshot[] => {
    switch (wanted.change) {
      case 'removed':
        return [];
      case 'renamed':
        return [{ ...column, name: `${column.name}_renamed` }];
      case 'type':
        return [{ ...column, type: typeName(wanted.type!), native: typeName(wanted.type!) }];
      default:
        return [{ ...column, nullable: wanted.change === 'optional' }];
    }
  };
  const tables = before.tables.map((table) =>
    table.name === wanted.table ? { ...table, columns: table.columns.flatMap((column) => (column.name === wanted.column ? change(column) : [column])) } : table,
  );
  const all = catalog.services.flatMap((service) => service.tables);
  const changed = `${wanted.service}.${wanted.table}`;
  const { result: found, missing: lost } = await withoutLost(context, async (rest, run) => hitByValues(rest, config.links, (table) => table === changed, run));
  const compared = await changesSince([before], [{ ...before, tables }], all, config.links, found);
  return {
    kind: 'changes',
    against: 'now',
    hypothesis: wanted.reading,
    ...compared,
    missing: lost,
    warnings: compared.changes.length === 0 ? [`${wanted.service}.${wanted.table}.${wanted.column} is so already: nothing would change.`] : [],
    complete: missing.length === 0 && lost.length === 0,
    elapsedMs: Math.round(performance.now() - started),
  };
}

async function takeSnapshots(catalog: Catalog, run: SchemaContext['run']): Promise<SchemaSnapshot[]> {
  const snapshots: SchemaSnapshot[] = [];
  for (const service of catalog.services) snapshots.push(takeSnapshot(service, await migrationOf(service.tables, run)));
  return snapshots;
}

/**
 * Runs over the services that answer. One that fails while its rows are read is an error, or with --allow-partial is
 * left out, and the rest begins anew without it.
 */
async function withoutLost<T>(context: SchemaContext, work: (catalog: Catalog, run: SchemaContext['run']) => Promise<T>): Promise<{ result: T; missing: readonly MissingSource[] }> {
  let { catalog, missing } = context;
  for (;;) {
    try {
      return { result: await work(catalog, context.run), missing };
    } catch (error) {
      // A table that changed meanwhile takes nothing away: its service is read anew (Session).
      const lost = error instanceof AishellError && error.kind === 'source' && error.code !== 'source.schema_changed' && context.allowPartial && !context.signal.aborted ? error : undefined;
      const service = lost?.service;
      if (lost === undefined || service === undefined || !catalog.services.some(({ name }) => name === service)) throw error;
      missing = [...missing, { service, reason: lost.message, remedy: lost.remedy }];
      catalog = without(catalog, service);
    }
  }
}

function without(catalog: Catalog, service: string): Catalog {
  const concerns = (link: Link) => link.from.service === service || link.to.service === service;
  return { services: catalog.services.filter(({ name }) => name !== service), links: catalog.links.filter((link) => !concerns(link)) };
}

/** The column's address as the catalogue writes it. */
function knownColumn(text: string, catalog: Catalog): string {
  const all = catalog.services.flatMap(({ tables }) => tables.flatMap((table) => withFields(table).columns.map((column) => `${tableName(table)}.${column.name}`)));
  const found = all.find((name) => name === text) ?? all.find((name) => name.toLowerCase() === text.toLowerCase());
  if (found !== undefined) return found;
  const near = suggest(text, all);
  throw new AishellError('sql.unknown', `There is no column '${text}'.`, near.startsWith('did') ? `D${near.slice(1)}` : 'Write service.table.column, as `aishell schema` shows it.');
}
