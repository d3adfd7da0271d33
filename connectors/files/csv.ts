/** Dialect and column types of CSV files, as DuckDB sniffs them, except that no digit of a number may be lost. */

import { decimal, parseType, types } from '../contract.js';
import type { Type } from '../contract.js';
import type { Connection } from '../../src/duckdb/connection.js';
import { csvReader, fileList } from './relations.js';
import { literal } from './tables.js';
import type { CsvLayout } from './tables.js';

export interface CsvColumn {
  readonly name: string;
  readonly type: Type;
  readonly nativeType: string;
}

const sampleRows = 20_480;

export async function sniffCsv(connection: Connection, files: readonly string[], signal: AbortSignal): Promise<{ layout: CsvLayout; columns: CsvColumn[] }> {
  const sniff = async (more: string) => {
    const [found] = await connection.rows(
      `SELECT Delimiter, Quote, Escape, Comment, SkipRows, HasHeader, DateFormat, TimestampFormat, CAST(to_json(Columns) AS VARCHAR)
       FROM sniff_csv(${literal(files[0]!)}, sample_size = ${sampleRows}, null_padding = false${more})`,
      signal,
    );
    return { row: found!, names: (JSON.parse(String(found![8])) as { name: string }[]).map(({ name }) => name) };
  };
  let { row, names } = await sniff('');
  // One record that does not fit, and no delimiter is believed.
  if (names.length === 1 && /[,;\t|]/.test(names[0]!)) {
    const lenient = await sniff(', ignore_errors = true');
    if (lenient.names.length > 1) ({ row, names } = lenient);
  }
  const given = (value: unknown) => (value === '(empty)' || value === null ? '' : String(value));
  const layout: CsvLayout = {
    delim: given(row[0]),
    // Without a quote in the sample none is sniffed; a quoted field may still come.
    quote: given(row[1]) || '"',
    escape: given(row[2]) || '"',
    comment: given(row[3]),
    skip: Number(row[4]),
    header: row[5] === true,
    dateformat: row[6] === null ? null : String(row[6]),
    timestampformat: row[7] === null ? null : String(row[7]),
  };
  const sniffed = (JSON.parse(String(row[8])) as { name: string; type: string }[]).map(({ name, type }) => ({ name, type: parseType(type) ?? types.text }));
  const numbers = await judgeNumbers(connection, files, layout, sniffed, signal);
  return { layout, columns: sniffed.map(({ name, type }) => ({ name, type: numbers.get(name) ?? type, nativeType: 'CSV field' })) };
}

/** Doubles print no more significant digits than this: what has more is a number that a double would change. */
const doubleDigits = 17;

/** name -> another type than was sniffed: 01234 is a postal code, not 1234, and long digits are no double. */
async function judgeNumbers(
  connection: Connection,
  files: readonly string[],
  layout: CsvLayout,
  columns: readonly { readonly name: string; readonly type: Type }[],
  signal: AbortSignal,
): Promise<Map<string, Type>> {
  const numbers = columns.map((column, index) => ({ ...column, at: `c${index}` })).filter(({ type }) => type.kind === 'int' || type.kind === 'float');
  if (numbers.length === 0) return new Map();
  const reader = csvReader(fileList(files), layout, columns.map((_, index) => [`c${index}`, 'VARCHAR']), true);
  const facts = numbers.map(({ at, type }) => (type.kind === 'int' ? `[coalesce(bool_or(regexp_matches(${at}, '^[+-]?0\\d')), false)::BIGINT]` : longDigits(at)));
  const [row] = await connection.rows(`SELECT ${facts.map((fact) => `CAST(to_json(${fact}) AS VARCHAR)`).join(', ')} FROM (SELECT * FROM ${reader} LIMIT ${sampleRows})`, signal);
  return new Map(
    numbers.flatMap(({ name, type }, index) => {
      const [first, before = 0, after = 0] = JSON.parse(String(row![index])) as number[];
      if (first !== 1) return [];
      if (type.kind === 'int') return [[name, types.text] as const];
      return [[name, before + after > 38 ? types.text : decimal(38, after)] as const];
    }),
  );
}

/** SQL for [are these plain digits of which a double would lose some?, most before the point, most after it]. */
function longDigits(text: string): string {
  const digits = (part: string) => `coalesce(max(length(${part})), 0)`;
  const whole = `regexp_extract(${text}, '^[+-]?0*(\\d*)', 1)`;
  const fraction = `regexp_extract(${text}, '\\.(\\d*?)0*$', 1)`;
  return `[(bool_and(regexp_full_match(${text}, '[+-]?(\\d+(\\.\\d*)?|\\.\\d+)')) AND max(length(${whole}) + length(${fraction})) > ${doubleDigits})::BIGINT, ${digits(whole)}, ${digits(fraction)}]`;
}
