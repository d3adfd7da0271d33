/** now() and its kin become constants of one instant, so that every store and the engine agree on it. */

import { evaluate } from '../duckdb/serialize.js';
import { literal } from '../duckdb/instance.js';
import { quoteIdentifier } from '../algebra/index.js';
import type { Table } from '../algebra/index.js';
import { clockFunctions } from './functions.js';
import type { ClockReading } from './functions.js';
import { identifierAt, indexOfByte, skipBlank } from './text.js';
import type { Edit } from './text.js';
import { refused } from './walk.js';
import type { Found, FunctionReference } from './walk.js';

const typeNames: Readonly<Record<ClockReading, string>> = {
  timestamptz: 'TIMESTAMP WITH TIME ZONE',
  timestamp: 'TIMESTAMP',
  date: 'DATE',
  timetz: 'TIME WITH TIME ZONE',
  time: 'TIME',
};

/** Words that need no parentheses; the rest are functions only. */
const bareWords = new Set(['current_timestamp', 'current_date', 'current_time', 'localtime', 'localtimestamp']);

export async function freezeClock(
  found: Found,
  tables: readonly Table[],
  text: string,
  clock: { readonly instant: string; readonly timezone: string },
): Promise<Edit[]> {
  const pending: { readonly start: number; readonly end: number; readonly reading: ClockReading; readonly name?: string }[] = [];
  const insertions: number[] = [];
  for (const call of found.functions) {
    const name = call.name.toLowerCase();
    if (name === 'ago') {
      throw refused('The function ago is not supported.', 'Write now() - INTERVAL and the length of time instead.');
    }
    const age = name === 'age' && (call.arguments === 1 || (call.arguments === 0 && call.qualifier !== ''));
    const reading = call.arguments === 0 && Object.hasOwn(clockFunctions, name) ? clockFunctions[name] : undefined;
    if (!age && reading === undefined) continue;
    const span = callSpan(text, call);
    if (age) insertions.push(span.open + 1);
    else pending.push({ start: span.start, end: span.end, reading: reading!, ...(call.item && { name: `${name}()` }) });
  }
  for (const { path, byte, item } of found.columns) {
    const name = path[0]!.toLowerCase();
    if (path.length !== 1 || !bareWords.has(name) || isColumn(name, found, tables)) continue;
    const start = indexOfByte(text, byte);
    const word = identifierAt(text, start);
    if (word === undefined || word.quoted || word.name.toLowerCase() !== name) continue;
    pending.push({ start, end: word.end, reading: clockFunctions[name]!, ...(item && { name }) });
  }
  if (pending.length === 0 && insertions.length === 0) return [];
  const values = await readings(clock.instant, clock.timezone);
  const edits = new Map<number, Edit>();
  for (const { start, end, reading, name } of pending) {
    const alias = name === undefined ? '' : ` AS ${quoteIdentifier(name)}`;
    // A named window's definition stands in the tree once for every use of it.
    edits.set(start, { start, end, text: values[reading] + alias });
  }
  // age(x) counts from the current date.
  for (const at of insertions) edits.set(at, { start: at, end: at, text: `${values.date}, ` });
  return [...edits.values()];
}

function isColumn(name: string, found: Found, tables: readonly Table[]): boolean {
  return found.aliases.has(name) || tables.some((table) => table.columns.some((column) => column.name.toLowerCase() === name));
}

/** From the first name of `main.now ( )` to its closing parenthesis; `open` is the opening one. */
function callSpan(text: string, call: FunctionReference): { start: number; open: number; end: number } {
  const start = indexOfByte(text, call.byte);
  let at = start;
  let last: string | undefined;
  for (;;) {
    const identifier = identifierAt(text, at);
    if (identifier === undefined) break;
    last = identifier.name.toLowerCase();
    at = skipBlank(text, identifier.end);
    if (text[at] !== '.') break;
    at = skipBlank(text, at + 1);
  }
  const close = skipBlank(text, at + 1);
  const method = call.qualifier !== '' && !['main', 'pg_catalog', 'system'].includes(call.qualifier.toLowerCase());
  if (method || last !== call.name.toLowerCase() || text[at] !== '(' || (call.arguments === 0 && text[close] !== ')')) {
    throw refused(`${call.name} is written in a way that is not supported.`, `Write it as a plain call: ${call.name}(${call.name === 'age' ? 'a, b' : ''}).`);
  }
  return { start, open: at, end: close + 1 };
}

/** The instant as each kind of clock shows it, as SQL. */
async function readings(instant: string, timezone: string): Promise<Record<ClockReading, string>> {
  const kinds = Object.keys(typeNames) as ClockReading[];
  const source = `CAST(${literal(instant)} AS TIMESTAMP WITH TIME ZONE)`;
  const casts = kinds.map((kind) => {
    const local = kind === 'time' ? `CAST(${source} AS TIMESTAMP)` : source;
    return `CAST(CAST(${local} AS ${typeNames[kind]}) AS VARCHAR)`;
  });
  const row = (await evaluate(`SELECT ${casts.join(', ')}`, timezone))[0]!;
  const printed = kinds.map((kind, i) => [kind, `CAST(${literal(String(row[i]))} AS ${typeNames[kind]})`] as const);
  return Object.fromEntries(printed) as Record<ClockReading, string>;
}
