/** A bounded look at the text of tables: which columns are not UTF-8, and the values of those that have few. */

import { AishellError } from '../contract.js';
import type { Connection } from './client.js';
import { rows } from './client.js';
import { quote } from './native-type.js';
import { mapType } from './types.js';

const sampledRows = 10_000;
const fewValues = 20;
/** Text columns past these are not looked at: a table of thousands has no few-valued ones worth the time. */
const mostColumns = 200;
/** Columns of one statement: a server takes 256 KiB by default (max_query_size). */
const mostTexts = 400;

export interface TextSample {
  readonly binary: readonly string[];
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly warning?: string;
}

export interface SampledTable {
  readonly database: string;
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly kind: string }[];
}

/** @returns what was seen of each table, in their order; all are asked in one statement, unless one of them spoils it */
export async function sampleTexts(connection: Connection, tables: readonly SampledTable[], signal: AbortSignal): Promise<TextSample[]> {
  const asked = tables.map((table) => ({ table, columns: textColumns(table) }));
  if (tables.length > 1 && asked.reduce((sum, { columns }) => sum + columns.length, 0) > mostTexts) return inHalves(connection, tables, signal);
  const read = async (some: typeof asked): Promise<ReadonlyMap<number, SampleRow>> => {
    const limit = Object.keys(connection.session).length > 0 ? " SETTINGS max_execution_time = 5, timeout_overflow_mode = 'throw'" : '';
    const found = await rows<SampleRow>(connection, signal, `${some.map(({ table, columns }) => statement(asked.findIndex((one) => one.table === table), table, columns)).join('\nUNION ALL\n')}${limit}`);
    return new Map(found.map((row) => [Number(row.of), row]));
  };
  const withText = asked.filter(({ columns }) => columns.length > 0);
  try {
    const found = withText.length === 0 ? new Map<number, SampleRow>() : await read(withText);
    return asked.map(({ columns }, i) => seenOf(columns, found.get(i)));
  } catch (error) {
    if (!isSkippable(error) || signal.aborted) throw error;
    // A table that can't be sampled (no right, a broken view) can still be described.
    if (tables.length === 1) return [{ ...seenOf([], undefined), warning: `its values could not be sampled (${error.message.replace(`${connection.service}: `, '')})` }];
    return inHalves(connection, tables, signal);
  }
}

async function inHalves(connection: Connection, tables: readonly SampledTable[], signal: AbortSignal): Promise<TextSample[]> {
  const middle = Math.ceil(tables.length / 2);
  return [...(await sampleTexts(connection, tables.slice(0, middle), signal)), ...(await sampleTexts(connection, tables.slice(middle), signal))];
}

interface SampleRow {
  readonly of: string | number;
  /** By column: texts that are not UTF-8, values of up to 64 bytes, how many are longer. */
  readonly binary: readonly (string | number)[];
  readonly seen: readonly (readonly string[])[];
  readonly long: readonly (string | number)[];
}

type TextColumn = SampledTable['columns'][number];

function textColumns({ columns }: SampledTable): TextColumn[] {
  return columns.filter((column) => column.kind !== 'EPHEMERAL' && /^(LowCardinality\(|Nullable\(|SimpleAggregateFunction\(\w+, )*(String|FixedString\(\d+\))\)*$/.test(column.type)).slice(0, mostColumns);
}

function statement(of: number, { database, name }: SampledTable, columns: readonly TextColumn[]): string {
  const texts = columns.map(({ name: column, type }) => mapType(type).read(quote(column)));
  const each = (item: (text: string) => string) => `[${texts.map(item).join(', ')}]`;
  const binary = each((text) => `countIf(NOT isValidUTF8(assumeNotNull(${text})))`);
  // Every column's values are of one type, whatever it is itself.
  const seen = each((text) => `arrayMap(value -> assumeNotNull(toString(value)), groupUniqArrayIf(${fewValues + 1})(${text}, length(${text}) <= 64))`);
  const long = each((text) => `countIf(length(${text}) > 64)`);
  return `SELECT ${of} AS of, ${binary} AS binary, ${seen} AS seen, ${long} AS long FROM (SELECT ${columns.map((column) => quote(column.name)).join(', ')} FROM ${quote(database)}.${quote(name)} LIMIT ${sampledRows})`;
}

function seenOf(columns: readonly TextColumn[], row: SampleRow | undefined): TextSample {
  const binary: string[] = [];
  const values = new Map<string, readonly string[]>();
  columns.forEach(({ name }, i) => {
    if (Number(row?.binary[i] ?? 0) > 0) return void binary.push(name);
    const seen = row?.seen[i] ?? [];
    if (seen.length > 0 && seen.length <= fewValues && Number(row?.long[i]) === 0) values.set(name, seen.toSorted());
  });
  return { binary, values };
}

function isSkippable(error: unknown): error is AishellError {
  return error instanceof AishellError && (error.code === 'source.denied' || error.code === 'source.failed' || error.code === 'source.timeout' || error.code === 'source.schema_changed');
}
