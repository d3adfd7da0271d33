/** Comparisons and links as answers: what could not be looked at is named, and nothing of it is guessed. */

import type { DiffAnswer, LinksAnswer, MissingSource, QueryAnswer } from '../answer/contract.js';
import type { Catalog, Link } from '../catalog/contract.js';
import { findLinks } from '../catalog/links.js';
import type { Config, LinkDecision } from '../config/contract.js';
import { writeLinkDecisions } from '../config/link-decisions.js';
import { suggest } from '../config/nearest.js';
import { compareSchemas } from '../diff/index.js';
import { linksWithEvidence } from '../diff/links.js';
import { tableName } from '../algebra/index.js';
import { AishellError } from '../errors.js';

export interface SchemaContext {
  readonly catalog: Catalog;
  readonly missing: readonly MissingSource[];
  readonly allowPartial: boolean;
  readonly signal: AbortSignal;
  readonly run: (sql: string) => Promise<QueryAnswer>;
}

export async function diffAnswer(
  { left, right, values }: { readonly left: string | undefined; readonly right: string | undefined; readonly values: boolean },
  context: SchemaContext,
): Promise<DiffAnswer> {
  const started = performance.now();
  const { result, missing } = await withoutLost(context, (catalog, run) => compareSchemas(catalog, { left, right }, values ? run : undefined));
  return { ...result, missing, complete: missing.length === 0, elapsedMs: Math.round(performance.now() - started) };
}

export async function linksAnswer(decisions: readonly LinkDecision[], config: Config, context: SchemaContext): Promise<LinksAnswer> {
  const started = performance.now();
  const checked = decisions.map((decision) => ({ ...decision, from: knownColumn(decision.from, context.catalog), to: knownColumn(decision.to, context.catalog) }));
  if (checked.length > 0) await writeLinkDecisions(config.path, checked);
  const isOverruled = (old: LinkDecision) => checked.some(({ from, to }) => old.from.toLowerCase() === from.toLowerCase() && old.to.toLowerCase() === to.toLowerCase());
  const all = [...config.links.filter((old) => !isOverruled(old)), ...checked];
  const { result, missing } = await withoutLost(context, (catalog, run) => {
    const tables = catalog.services.flatMap((service) => service.tables);
    return linksWithEvidence(tables, findLinks(tables, all), all.filter(({ decision }) => decision === 'rejected'), run);
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
      const lost = error instanceof AishellError && error.kind === 'source' && context.allowPartial && !context.signal.aborted ? error : undefined;
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
  const all = catalog.services.flatMap(({ tables }) => tables.flatMap((table) => table.columns.map((column) => `${tableName(table)}.${column.name}`)));
  const found = all.find((name) => name === text) ?? all.find((name) => name.toLowerCase() === text.toLowerCase());
  if (found !== undefined) return found;
  const near = suggest(text, all);
  throw new AishellError('sql.unknown', `There is no column '${text}'.`, near.startsWith('did') ? `D${near.slice(1)}` : 'Write service.table.column, as `aishell schema` shows it.');
}
