/**
 * Which partitions and offsets a query has to look at: unions of ranges of offset and time, read from its tests, and the
 * stretches of a log that they are. What is left out holds no row of the answer; what is looked at may hold others.
 */

import type { TopicTable } from './columns.js';
import { partitionOf } from './partitioner.js';
import type { Test } from './tests.js';

/** Messages whose offset and whose time both lie in it. Ends are exclusive and may be infinite. */
export interface Region {
  readonly fromOffset: number;
  readonly toOffset: number;
  /** Milliseconds. */
  readonly fromTime: number;
  readonly toTime: number;
}

/** Offsets from one to another, exclusive, and what set either end. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly fromBound: string;
  readonly toBound: string;
}

/** A log as it lies there, and where in it messages of a time begin. */
export interface TimedLog {
  readonly start: number;
  readonly end: number;
  /** What its ends are called. */
  readonly noun: string;
  /** No message before this offset is of the time or later. undefined: unknown. */
  from(time: number): Promise<number | undefined>;
  /** No message at this offset or after is earlier than the time. undefined: unknown. */
  to(time: number): Promise<{ readonly offset: number; readonly bound: string } | undefined>;
}

/** Each costs a request, and a look for either of its times another two. */
export const mostStretches = 32;

const all: Region = { fromOffset: -Infinity, toOffset: Infinity, fromTime: -Infinity, toTime: Infinity };

/** For each partition the regions that its wanted messages lie in, at most `mostStretches`; none: nothing of it is wanted. */
export function regionsOf(tests: readonly Test[], topic: TopicTable): (partition: number) => readonly Region[] {
  // Long lists are looked through once, whatever the number of partitions.
  const lists = new Map<Test, (partition: number) => readonly Region[]>();
  const of = (test: Test, partition: number): readonly Region[] => {
    if (test.kind === 'and') return test.tests.reduce<readonly Region[]>((regions, part) => fewer(crossed(regions, of(part, partition))), [all]);
    if (test.kind === 'or') return fewer(test.tests.flatMap((part) => of(part, partition)));
    let known = lists.get(test);
    if (known === undefined) lists.set(test, (known = ofTest(test, topic)));
    return known(partition);
  };
  const tree: Test = { kind: 'and', tests };
  return (partition) => of(tree, partition);
}

function ofTest(test: Test, topic: TopicTable): (partition: number) => readonly Region[] {
  const any = () => [all];
  if (!('place' in test) || !('part' in test.place)) return any;
  const { part } = test.place;
  if (test.kind === 'textIn' && part === '_key' && topic.partitioner) {
    const partitions = new Set(test.values.map((key) => partitionOf(Buffer.from(key), topic.partitions, topic.partitioner!)));
    return (partition) => (partitions.has(partition) ? [all] : []);
  }
  if (test.kind === 'numberIn') {
    if (part === '_partition') {
      const listed = new Set(test.values.map(Number));
      return (partition) => (listed.has(partition) ? [all] : []);
    }
    const regions = regionsOfList(test.values, part);
    return regions === undefined ? any : () => regions;
  }
  if (test.kind !== 'number') return any;
  const intervals = intervalsOf(test.op, BigInt(test.value));
  if (part === '_partition') return (partition) => (intervals.some(({ from, to }) => (from === undefined || partition >= from) && (to === undefined || partition < to)) ? [all] : []);
  const regions = intervals.map((interval) => regionOf(interval, part));
  return regions.includes(undefined) ? any : () => regions as Region[];
}

/** Whole numbers; `to` is exclusive. */
interface Interval {
  readonly from?: bigint;
  readonly to?: bigint;
}

function intervalsOf(op: Extract<Test, { kind: 'number' }>['op'], value: bigint): readonly Interval[] {
  switch (op) {
    case '=':
      return [{ from: value, to: value + 1n }];
    case '<>':
      return [{ to: value }, { from: value + 1n }];
    case '<':
      return [{ to: value }];
    case '<=':
      return [{ to: value + 1n }];
    case '>':
      return [{ from: value + 1n }];
    case '>=':
      return [{ from: value }];
  }
}

function regionOf({ from, to }: Interval, part: string): Region | undefined {
  if (part === '_offset') return { ...all, fromOffset: from === undefined ? -Infinity : Number(from), toOffset: to === undefined ? Infinity : Number(to) };
  if (part === '_timestamp') return { ...all, fromTime: from === undefined ? -Infinity : ceilMillis(from), toTime: to === undefined ? Infinity : ceilMillis(to) };
  return undefined;
}

function regionsOfList(values: readonly bigint[], part: string): readonly Region[] | undefined {
  const regions: Region[] = [];
  for (const value of values) {
    const region = regionOf({ from: value, to: value + 1n }, part);
    if (region === undefined) return undefined;
    regions.push(region);
  }
  return fewer(regions);
}

function crossed(some: readonly Region[], others: readonly Region[]): Region[] {
  return some.flatMap((a) =>
    others.map((b) => ({
      fromOffset: Math.max(a.fromOffset, b.fromOffset),
      toOffset: Math.min(a.toOffset, b.toOffset),
      fromTime: Math.max(a.fromTime, b.fromTime),
      toTime: Math.min(a.toTime, b.toTime),
    })),
  );
}

/** At most `mostStretches` that hold all of these: those with the smallest gaps between them become one. */
function fewer(regions: readonly Region[]): readonly Region[] {
  const there = regions.filter((region) => region.fromOffset < region.toOffset && region.fromTime < region.toTime);
  if (there.length <= mostStretches) return there;
  const isByOffset = there.some(({ fromOffset, toOffset }) => fromOffset !== -Infinity || toOffset !== Infinity);
  const [from, to] = isByOffset ? (['fromOffset', 'toOffset'] as const) : (['fromTime', 'toTime'] as const);
  there.sort((a, b) => (a[from] < b[from] ? -1 : a[from] > b[from] ? 1 : 0));
  let reach = there[0]![to];
  const gaps = there.slice(1).map((region, i) => {
    const size = region[from] > reach ? region[from] - reach : 0;
    reach = Math.max(reach, region[to]);
    return { before: i + 1, size };
  });
  const cuts = gaps.sort((a, b) => b.size - a.size).slice(0, mostStretches - 1).map(({ before }) => before).sort((a, b) => a - b);
  return [0, ...cuts].map((start, i) => there.slice(start, cuts[i]).reduce(hull));
}

function hull(a: Region, b: Region): Region {
  return {
    fromOffset: Math.min(a.fromOffset, b.fromOffset),
    toOffset: Math.max(a.toOffset, b.toOffset),
    fromTime: Math.min(a.fromTime, b.fromTime),
    toTime: Math.max(a.toTime, b.toTime),
  };
}

/** The offsets of the regions, in order and apart from each other; one that is empty where all are. None only for no regions. */
export async function stretchesOf(regions: readonly Region[], log: TimedLog): Promise<readonly Stretch[]> {
  const found = await Promise.all(regions.map((region) => stretchOf(region, log)));
  const filled = found.filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from);
  if (filled.length === 0) return found.slice(0, 1);
  const apart: Stretch[] = [];
  for (const stretch of filled) {
    const last = apart.at(-1);
    if (last === undefined || stretch.from > last.to) apart.push(stretch);
    else if (stretch.to > last.to) apart[apart.length - 1] = { ...last, to: stretch.to, toBound: stretch.toBound };
  }
  return apart;
}

async function stretchOf(region: Region, log: TimedLog): Promise<Stretch> {
  // There is nothing before 1970 to leave out, and to a broker negative times mean something else.
  const [timeFrom, timeTo] = await Promise.all([isTime(region.fromTime) ? log.from(region.fromTime) : undefined, isTime(region.toTime) ? log.to(region.toTime) : undefined]);
  let [from, fromBound] = [log.start, `${log.noun} start`];
  let [to, toBound] = [log.end, `${log.noun} end`];
  if (timeFrom !== undefined && timeFrom > from) [from, fromBound] = [timeFrom, 'offset by _timestamp'];
  if (region.fromOffset > from) [from, fromBound] = [region.fromOffset, '_offset'];
  if (timeTo !== undefined && timeTo.offset < to) [to, toBound] = [timeTo.offset, timeTo.bound];
  if (region.toOffset < to) [to, toBound] = [region.toOffset, '_offset'];
  return { from: Math.min(from, to), to, fromBound, toBound };
}

function isTime(time: number): boolean {
  return time > 0 && time < Infinity;
}

function ceilMillis(micros: bigint): number {
  const down = micros / 1000n;
  return Number(micros > down * 1000n ? down + 1n : down);
}
