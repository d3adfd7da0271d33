/**
 * Two of a store's own types that are the same canonical type: which values the one holds and the other does not.
 * The stores' manuals: MySQL, storage requirements and fractional seconds; PostgreSQL, date/time types; ClickHouse, data types.
 */

import type { Verdict } from './contract.js';

/** From the one that holds least to the one that holds most. */
const ladders: readonly (readonly string[])[] = [
  ['mediumint', 'int'],
  ['mediumint unsigned', 'int unsigned'],
  ['tinytext', 'text', 'mediumtext', 'longtext'],
  ['tinyblob', 'blob', 'mediumblob', 'longblob'],
  ['Date', 'Date32'],
];

export function nativeVerdict(before: string, after: string): Verdict {
  const [old, now] = [keptAs(before), keptAs(after)];
  if (old === now) return { readers: 'safe', writers: 'safe', why: 'the same values, kept in another way' };
  const ladder = ladders.find((names) => names.includes(old) && names.includes(now));
  if (ladder !== undefined) {
    return ladder.indexOf(now) > ladder.indexOf(old)
      ? { readers: 'risky', writers: 'safe', why: 'readers may meet larger values than before' }
      : { readers: 'safe', writers: 'breaking', why: 'larger values are refused or cut' };
  }
  const [from, to] = [secondsOf(old), secondsOf(now)];
  if (from !== undefined && to !== undefined && from.rest === to.rest && (from.digits !== to.digits || from.range !== to.range)) {
    if (to.range < from.range) return { readers: 'safe', writers: 'breaking', why: 'times before 1970 and after 2106 are not kept' };
    return to.digits < from.digits
      ? { readers: 'safe', writers: 'risky', why: 'finer parts of a second are rounded or cut' }
      : { readers: 'risky', writers: 'safe', why: 'readers may meet finer parts of a second' };
  }
  return { readers: 'risky', writers: 'risky', why: 'the same canonical type, but the store keeps it in another way' };
}

/** Without what changes only how it is stored, and without Nullable, which is a change of its own. */
export function keptAs(native: string): string {
  // MySQL before 8.0.19 shows a width, which limits nothing: int(11).
  const shown = /zerofill/i.test(native) ? native : native.replace(/^((?:medium)?int)\(\d+\)/, '$1');
  const bare = shown.replaceAll(/\bLowCardinality\(((?:[^()]|\([^()]*\))*)\)/g, '$1').replace(/^Nullable\((.*)\)$/s, '$1').replaceAll(/\bEnum(?:8|16)\(/g, 'Enum(');
  return bare === 'character varying' ? 'text' : bare;
}

/** Do the labels of such a column sort in the order in which they are declared? Those of a check over text do not. */
export function hasOrderedLabels(native: string): boolean {
  return !/^(?:text|char|character|varchar|tinytext|mediumtext|longtext|name|String|FixedString)\b/i.test(keptAs(native));
}

interface Seconds {
  /** Decimal places of a second. */
  readonly digits: number;
  /** 0 where only times from 1970 to 2106 are held. */
  readonly range: 0 | 1;
  readonly rest: string;
}

function secondsOf(native: string): Seconds | undefined {
  const match = /^(DateTime64|DateTime|datetime|timestamp|time|interval)(?:\((?:(\d+)(?:, *)?)?('[^']*')?\))?( with(?:out)? time zone)?$/.exec(native);
  if (match === null) return undefined;
  const [, name = '', digits, zone = '', words = ''] = match;
  const family = name === 'DateTime64' ? 'DateTime' : name;
  const unsaid = words !== '' || name === 'interval' ? 6 : name === 'DateTime64' ? 3 : 0;
  return { digits: digits === undefined ? unsaid : Number(digits), range: name === 'DateTime' ? 0 : 1, rest: `${family}${zone}${words}` };
}
