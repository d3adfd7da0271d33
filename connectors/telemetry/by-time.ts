/**
 * Where a window of time begins and ends in a file whose lines are in order of time: by halving, with a few small reads.
 * Whether they are in order is looked at in spread places; lines that are a little late are allowed for. A file that
 * isn't in order, or whose lines tell no time, is read whole.
 */

import { open, type FileHandle } from 'node:fs/promises';

/** Milliseconds since 1970, or undefined where the line tells no time. */
export type TimeOf = (line: Buffer) => number | undefined;

export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly bound: string;
}

const probeBytes = 64 * 1024;
const probes = 9;
/** Writers of one file finish their lines in another order than they began them. */
const slackMs = 60_000;

interface Window {
  readonly since: number | undefined;
  readonly until: number | undefined;
  readonly timeOf: TimeOf | undefined;
}

export async function stretchOf({ path, size }: { readonly path: string; readonly size: number }, { since, until, timeOf }: Window): Promise<Stretch> {
  const whole: Stretch = { from: 0, to: size, bound: 'from its start to its end' };
  if (timeOf === undefined || (since === undefined && until === undefined) || size <= 2 * probeBytes) return whole;
  const file = await open(path);
  try {
    const probe = (at: number) => timeAfter(file, at, size, timeOf);
    let before = -Infinity;
    for (let i = 0; i < probes; i++) {
      const found = await probe(Math.floor((size * i) / probes));
      if (found === undefined) return { ...whole, bound: `${whole.bound}: not every line tells its time` };
      if (found.time < before - slackMs) return { ...whole, bound: `${whole.bound}: its lines are not in order of time` };
      before = found.time;
    }
    const first = since === undefined ? 0 : (await around(since - slackMs, size, probe)).low;
    const last = until === undefined ? size : (await around(until + slackMs, size, probe)).high;
    return { from: first, to: Math.max(first, last), bound: `from ${first === 0 ? 'its start' : 'where the window begins'} to ${last === size ? 'its end' : 'where the window ends'}, by time` };
  } finally {
    await file.close();
  }
}

type Probe = (at: number) => Promise<{ readonly time: number; readonly at: number } | undefined>;

/** The first line that is as late as that begins between the two; both are beginnings of lines, or the file's ends. */
async function around(time: number, size: number, probe: Probe): Promise<{ readonly low: number; readonly high: number }> {
  let [low, high, border] = [0, size, size];
  while (border - low > probeBytes) {
    const middle = Math.floor((low + border) / 2);
    const found = await probe(middle);
    if (found !== undefined && found.at < high && found.time < time) low = found.at;
    else {
      border = middle;
      if (found !== undefined) high = Math.min(high, found.at);
    }
  }
  return { low, high };
}

/** The first line that begins after `at` (or at the file's start) and tells a time. */
async function timeAfter(file: FileHandle, at: number, size: number, timeOf: TimeOf): Promise<{ readonly time: number; readonly at: number } | undefined> {
  for (let length = probeBytes; ; length *= 4) {
    const buffer = Buffer.allocUnsafe(Math.min(length, size - at));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
    const bytes = buffer.subarray(0, bytesRead);
    for (let start = at === 0 ? 0 : bytes.indexOf(10) + 1; at === 0 || start > 0; ) {
      const end = bytes.indexOf(10, start);
      if (end === -1) break;
      const time = timeOf(bytes.subarray(start, end));
      if (time !== undefined) return { time, at: at + start };
      start = end + 1;
    }
    if (at + bytesRead >= size || length > 4 * 1024 * 1024) return undefined;
  }
}
