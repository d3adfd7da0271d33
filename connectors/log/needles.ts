/**
 * Bytes that a message must hold for a test to be true of it: a batch without them is passed over undecoded, which is
 * what makes a search through a log fast. JSON can write any character as \uXXXX and a slash as \/, so a message with
 * such an escape is never passed over.
 */

import { AishellError } from '../contract.js';
import type { Place } from './columns.js';
import { ManyNeedles } from './many-needles.js';
import type { Test } from './tests.js';

/** One of these must be there. */
export type Needles = readonly Buffer[];

/** Beginnings of escapes, by how they read: only what a search for a member's text adds is in here. */
const escapes = new Map<string, Buffer>();
const isEscape = (needle: Buffer) => escapes.get(needle.toString('latin1')) === needle;
/** Beyond this, looking for each on its own takes longer than decoding. */
const mostAlone = 16;
/** Many at once are looked for in steps of nearly their length, so those of few bytes are better looked for alone. */
const longEnough = 8;
/** Too short for steps. */
const short = 4;
/** More than this are found nearly everywhere, or their tables are. */
const mostNeedles = 10_000;

/** undefined: any message may pass. */
export function needlesOf(test: Test, headersAreText = true): Needles | undefined {
  const inner = (part: Test) => needlesOf(part, headersAreText);
  switch (test.kind) {
    case 'and': {
      const all = test.tests.map(inner).filter((needles) => needles !== undefined);
      return all.sort((a, b) => shortest(b) - shortest(a))[0];
    }
    case 'or': {
      const all = test.tests.map(inner);
      return all.includes(undefined) ? undefined : few(all.flatMap((needles) => needles!));
    }
    case 'textIn':
      if (isComputed(test.place)) return undefined;
      // Digits of a UUID may be written in either case.
      return test.type.kind === 'uuid' ? undefined : forTexts(test.values, 'field' in test.place);
    case 'text':
      // What a pattern asks for can't be told from its bytes.
      if (isComputed(test.place) || test.how === 'matches') return undefined;
      if (isJson(test.place)) return headersAreText ? forHeaders(test.value) : undefined;
      return forTexts([test.value], 'field' in test.place);
    case 'numberIn':
      // An instant can be written in many ways.
      return 'field' in test.place && test.type.kind === 'int' ? few(test.values.map((value) => Buffer.from(String(value)))) : undefined;
    case 'number':
      return 'field' in test.place && test.op === '=' && test.type.kind === 'int' ? [Buffer.from(String(test.value))] : undefined;
    default:
      return undefined;
  }
}

function forTexts(values: readonly string[], isJson: boolean): Needles | undefined {
  const found: Buffer[] = [];
  for (const value of values) {
    const run = isJson ? longestPlainRun(value) : value;
    if (run === '') return undefined;
    found.push(Buffer.from(run));
  }
  return few(isJson ? [...found, ...found.flatMap(escapesOf)] : found);
}

/** \u00XX for ASCII. One beginning for all of it: each that is looked for is another pass over the bytes. */
function escapesOf(run: Buffer): Buffer[] {
  const start = run.every((byte) => byte < 128) ? '\\u00' : '\\u';
  const escape = escapes.get(start) ?? Buffer.from(start);
  escapes.set(start, escape);
  return [escape];
}

/** Said by us, not by the message. */
function isComputed(place: Place): boolean {
  return 'part' in place && place.part === '_undecoded';
}

function isJson(place: Place): boolean {
  return 'part' in place && (place.part === '_headers' || place.part === '_properties');
}

/** Headers are bytes in the log and JSON in the column: only what JSON adds nothing to and leaves as it is can be looked for. */
function forHeaders(value: string): Needles | undefined {
  const runs = value.split(/[",:{}[\]\\\u0000-\u001f\u007f\uef80-\uefff\ufffd]+/).filter((run) => !/\p{Cs}/u.test(run) && !'null'.includes(run));
  const run = runs.reduce((longest, next) => (next.length > longest.length ? next : longest), '');
  return run === '' ? undefined : [Buffer.from(run)];
}

/** The longest stretch that JSON has no other way to write but with \u. */
function longestPlainRun(value: string): string {
  const runs = value.split(/["\\/\u0000-\u001f\u007f]+/);
  // Half of a surrogate pair has no bytes of its own.
  return runs.filter((run) => !/\p{Cs}/u.test(run)).reduce((longest, run) => (run.length > longest.length ? run : longest), '');
}

function few(needles: Needles): Needles | undefined {
  const texts = needles.filter((needle) => !isEscape(needle));
  // Where a text is an escape's beginning itself, it stands for both.
  const all = [...new Map([...needles.filter(isEscape), ...texts].map((needle) => [needle.toString('latin1'), needle])).values()];
  // What holds another one is found with that.
  const distinct = all.length > mostAlone ? all : all.filter((needle) => !all.some((other) => other !== needle && !isEscape(other) && needle.includes(other)));
  const isFew = distinct.length <= mostNeedles && distinct.filter(({ length }) => length < short).length <= mostAlone;
  return isFew && distinct.length > 0 ? distinct : undefined;
}

function shortest(needles: Needles): number {
  return Math.min(...needles.filter((needle) => !isEscape(needle)).map((needle) => needle.length));
}

/** Where the next one is at or after a position; -1 where there is none. */
type Find = (buffer: Buffer, from: number) => number;

function findersOf(needles: Needles): Find[] {
  const one = (needle: Buffer): Find => (buffer, from) => buffer.indexOf(needle, from);
  if (needles.length <= mostAlone) return needles.map(one);
  const isFew = needles.filter(({ length }) => length < longEnough).length <= mostAlone;
  const isAlone = ({ length }: Buffer) => length < (isFew ? longEnough : short);
  const together = needles.filter((needle) => !isAlone(needle));
  const many = together.length === 0 ? undefined : new ManyNeedles(together);
  return [...needles.filter(isAlone).map(one), ...(many === undefined ? [] : [(buffer: Buffer, from: number) => many.indexIn(buffer, from)])];
}

/** As text, for messages whose bytes say it differently; without what only JSON's escapes are looked for. */
export function needleTexts(needles: Needles): string[] {
  return needles.filter((needle) => !isEscape(needle)).map((needle) => needle.toString('utf8'));
}

/** Finds the needles in one batch's records: few by a look for each, many in one pass. */
export class NeedleSearch {
  readonly #finders: readonly Find[];
  readonly #next: number[];
  #buffer: Buffer = Buffer.alloc(0);

  constructor(needles: Needles) {
    if (needles.length === 0) throw new AishellError('internal', 'A search without needles', 'Please report this.');
    this.#finders = findersOf(needles);
    this.#next = this.#finders.map(() => -1);
  }

  /** False: no record of the batch holds any of them. */
  enter(records: Buffer): boolean {
    this.#buffer = records;
    let isAny = false;
    for (const [i, find] of this.#finders.entries()) {
      this.#next[i] = find(records, 0);
      if (this.#next[i] >= 0) isAny = true;
    }
    return isAny;
  }

  /** Asked with growing bounds. */
  within(start: number, end: number): boolean {
    for (const [i, find] of this.#finders.entries()) {
      let at = this.#next[i]!;
      if (at < 0) continue;
      if (at < start) this.#next[i] = at = find(this.#buffer, start);
      if (at >= 0 && at < end) return true;
    }
    return false;
  }
}
