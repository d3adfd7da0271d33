/** Whether what `flows:` names is there: topics, tables, columns, and the consumer groups that have read a topic. */

import { tableName } from '../algebra/index.js';
import type { FlowFinding } from '../answer/contract.js';
import type { CatalogService } from '../catalog/contract.js';
import { flowProblems } from '../catalog/flows.js';
import { addressRemedy } from '../catalog/vocabulary.js';
import type { Flows } from '../config/contract.js';
import { nearest } from '../config/nearest.js';
import { AishellError } from '../errors.js';
import type { Sources } from './sources.js';

/** @param seen the catalogue's services, of which those named are read anew */
export async function examineFlows(flows: Flows, sources: Sources, seen: (stale: readonly string[]) => Promise<readonly CatalogService[]>, signal: AbortSignal): Promise<FlowFinding[]> {
  if (flows.writes.length + flows.outboxes.length === 0) return [];
  let services = await seen([]);
  // The catalogue may be of yesterday: what is lacking is looked for once more.
  const stale = [...new Set(flowProblems(services, flows).map(({ service }) => service))];
  if (stale.length > 0) services = await seen(stale);
  const problems = flowProblems(services, flows).map(
    (problem): FlowFinding => ({
      entry: problem.entry,
      what: `${problem.entry} is not there${problem.isSampled ? ', as far as a sample shows' : ''}`,
      remedy: addressRemedy(problem),
      isSure: !problem.isSampled,
    }),
  );
  return [...problems, ...(await groupProblems(flows, services, sources, signal))];
}

async function groupProblems({ writes }: Flows, services: readonly CatalogService[], sources: Sources, signal: AbortSignal): Promise<FlowFinding[]> {
  const asked = new Map<string, { readonly topic: string; readonly group: string }>();
  for (const { topic, group } of writes) if (group !== undefined) asked.set(`${topic.toLowerCase()} ${group}`, { topic, group });
  const found = await Promise.all([...asked.values()].map((one) => groupProblem(one, services, sources, signal)));
  return found.flatMap((one) => one ?? []);
}

async function groupProblem({ topic, group }: { readonly topic: string; readonly group: string }, services: readonly CatalogService[], sources: Sources, signal: AbortSignal): Promise<FlowFinding | undefined> {
  const table = services.flatMap(({ tables }) => tables).find((candidate) => tableName(candidate).toLowerCase() === topic.toLowerCase());
  if (table === undefined || table.kind !== 'topic') return undefined;
  const entry = `group ${group} of ${topic}`;
  try {
    const source = await sources.get(table.service, signal);
    if (source.groupOffsets === undefined) {
      return { entry, what: `${table.service} knows no consumer groups, and ${group} is named for ${topic}`, remedy: 'Leave the group out: what is behind it can’t be told there.', isSure: true };
    }
    const own = await source.groupOffsets(table, [group], signal);
    if (own.length > 0) return undefined;
    const near = nearest(group, [...new Set((await source.groupOffsets(table, undefined, signal)).map((offset) => offset.group))]);
    const meant = near.length > 0 ? `Did you mean ${near.join(' or ')}? ` : '';
    return { entry, what: `group ${group} has committed nothing for ${topic}`, remedy: `${meant}A group that has not started yet has not either.`, isSure: near.length > 0 };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof AishellError)) throw error;
    return { entry, what: `whether group ${group} reads ${topic} can’t be told: ${error.message}`, remedy: error.remedy, isSure: false };
  }
}
