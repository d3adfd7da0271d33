/** Which partitions and offsets a query has to look at: bounds from its tests, and from an index by time. */

import type { Literal } from '../contract.js';
import type { TopicTable } from './columns.js';
import { partitionOf } from './partitioner.js';
import type { Test } from './tests.js';

export interface Bounds {
  /** undefined: all. */
  readonly partitions: ReadonlySet<number> | undefined;
  readonly fromOffset: number | undefined;
  /** Exclusive. */
  readonly toOffset: number | undefined;
  /** Milliseconds: no message before it is wanted. */
  readonly fromTime: number | undefined;
  /** Milliseconds: no message at it or after is wanted. */
  readonly toTime: number | undefined;
}

interface Interval {
  from?: bigint;
  /** Exclusive. */
  to?: bigint;
}

export function boundsOf(tests: readonly Test[], topic: TopicTable): Bounds {
  const all = tests.flatMap(conjuncts);
  const offset = intervalOf(all, '_offset');
  const partition = intervalOf(all, '_partition');
  const time = intervalOf(all, '_timestamp');
  let partitions = membersOf(all, '_partition');
  if (partition.from !== undefined || partition.to !== undefined) {
    const every = partitions ?? new Set(Array.from({ length: topic.partitions }, (_, i) => i));
    partitions = new Set([...every].filter((p) => (partition.from === undefined || p >= partition.from) && (partition.to === undefined || p < partition.to)));
  }
  const ofKeys = partitionsOfKeys(all, topic);
  if (ofKeys) partitions = partitions ? new Set([...partitions].filter((p) => ofKeys.has(p))) : ofKeys;
  const offsets = membersOf(all, '_offset');
  const listed = offsets && offsets.size > 0 ? [...offsets] : undefined;
  return {
    partitions: offsets?.size === 0 ? new Set() : partitions,
    fromOffset: most(Math.max, asNumber(offset.from), listed?.reduce((a, b) => Math.min(a, b))),
    toOffset: most(Math.min, asNumber(offset.to), listed === undefined ? undefined : listed.reduce((a, b) => Math.max(a, b)) + 1),
    fromTime: time.from === undefined ? undefined : ceilMillis(time.from),
    toTime: time.to === undefined ? undefined : ceilMillis(time.to),
  };
}

function conjuncts(test: Test): readonly Test[] {
  return test.kind === 'and' ? test.tests.flatMap(conjuncts) : [test];
}

function isPart(test: Test, part: string): boolean {
  return 'place' in test && 'part' in test.place && test.place.part === part;
}

function intervalOf(tests: readonly Test[], part: string): Interval {
  const interval: Interval = {};
  const atLeast = (value: bigint) => {
    if (interval.from === undefined || value > interval.from) interval.from = value;
  };
  const below = (value: bigint) => {
    if (interval.to === undefined || value < interval.to) interval.to = value;
  };
  for (const test of tests) {
    if (test.kind !== 'number' || !isPart(test, part)) continue;
    const value = BigInt(test.value);
    if (test.op === '=' || test.op === '>=') atLeast(value);
    if (test.op === '>') atLeast(value + 1n);
    if (test.op === '=' || test.op === '<=') below(value + 1n);
    if (test.op === '<') below(value);
  }
  return interval;
}

function membersOf(tests: readonly Test[], part: string): Set<number> | undefined {
  let members: Set<number> | undefined;
  for (const test of tests) {
    if (test.kind !== 'numberIn' || !isPart(test, part)) continue;
    const listed = new Set(test.values.map(Number));
    members = members ? new Set([...members].filter((value) => listed.has(value))) : listed;
  }
  return members;
}

function partitionsOfKeys(tests: readonly Test[], topic: TopicTable): Set<number> | undefined {
  const { partitioner, partitions } = topic;
  if (!partitioner) return undefined;
  const keys = tests.find((test) => test.kind === 'textIn' && isPart(test, '_key'));
  if (keys?.kind !== 'textIn') return undefined;
  return new Set(keys.values.map((key: Literal) => partitionOf(Buffer.from(key as string), partitions, partitioner)));
}

function ceilMillis(micros: bigint): number {
  const down = micros / 1000n;
  return Number(micros > down * 1000n ? down + 1n : down);
}

function asNumber(value: bigint | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

function most(pick: (a: number, b: number) => number, a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return pick(a, b);
}
