/** `flows:` with its defaults. */

import type { Flows } from './contract.js';
import type { ConfigDocument, Path, Problem } from './document.js';
import { suggest } from './nearest.js';

type Types = string | readonly string[];
type Time = string | number;

export interface WrittenFlows {
  readonly writes?: readonly { topic: string; events?: Types; group?: string; table: string; on?: Readonly<Record<string, string>>; within?: Time; kept?: Time }[];
  readonly outboxes?: readonly { table: string; event: string; published: string; within?: Time }[];
  readonly sagas?: readonly { name: string; starts: Types; steps: readonly { event: Types; compensation?: Types; within?: Time }[]; fails?: Types; within?: Time }[];
}

type Duration = (path: Path, value: unknown, fallback: number) => number;

const list = (types: Types | undefined): readonly string[] => (types === undefined ? [] : typeof types === 'string' ? [types] : types);

/** @param written valid by the file's schema */
export function readFlows(written: WrittenFlows | undefined, duration: Duration): Flows {
  const { writes = [], outboxes = [], sagas = [] } = written ?? {};
  return {
    writes: writes.map(({ topic, events, group, table, on, within, kept }, i) => ({
      topic,
      events: list(events),
      group,
      table,
      on,
      withinMs: duration(['flows', 'writes', i, 'within'], within, 60_000),
      keptMs: kept === undefined ? undefined : duration(['flows', 'writes', i, 'kept'], kept, 0),
    })),
    outboxes: outboxes.map(({ table, event, published, within }, i) => ({ table, event, published, withinMs: duration(['flows', 'outboxes', i, 'within'], within, 300_000) })),
    sagas: sagas.map(({ name, starts, steps, fails, within }, i) => {
      const withinMs = duration(['flows', 'sagas', i, 'within'], within, 300_000);
      return {
        name,
        starts: list(starts),
        fails: list(fails),
        withinMs,
        steps: steps.map((step, n) => ({
          events: list(step.event),
          compensations: list(step.compensation),
          withinMs: duration(['flows', 'sagas', i, 'steps', n, 'within'], step.within, withinMs),
        })),
      };
    }),
  };
}

/** Services that the file doesn't have: a verdict that nobody can reach would never be missed. */
export function checkFlowServices(written: WrittenFlows | undefined, services: readonly string[], document: ConfigDocument, problems: Problem[]): void {
  const check = (address: string, path: Path): void => {
    const [service = ''] = address.split('.');
    if (services.some((name) => name.toLowerCase() === service.toLowerCase())) return;
    const near = suggest(service, services);
    problems.push(document.problem(path, `there is no service ${service}`, near.charAt(0).toUpperCase() + near.slice(1)));
  };
  (written?.writes ?? []).forEach(({ topic, table }, i) => {
    check(topic, ['flows', 'writes', i, 'topic']);
    check(table, ['flows', 'writes', i, 'table']);
  });
  (written?.outboxes ?? []).forEach(({ table }, i) => check(table, ['flows', 'outboxes', i, 'table']));
}
