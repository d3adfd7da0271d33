/** DuckDB's and SQLite's errors about files, as errors that name the service and say what to do. */

import { AishellError } from '../contract.js';
import { cancelled } from '../sql/failures.js';
import { mismatchMark } from './json-columns.js';

export function fileFailure(error: unknown, service: string, what: string, signal?: AbortSignal): AishellError {
  if (signal?.aborted) return cancelled(signal, service);
  if (error instanceof AishellError && (error.service !== undefined || error.code === 'cancelled' || error.code.startsWith('budget.'))) return error;
  const cause = error instanceof AishellError && error.cause !== undefined ? error.cause : error;
  const text = cause instanceof Error ? cause.message : String(cause);
  const fail = (code: 'source.value' | 'source.failed' | 'source.schema_changed' | 'source.denied' | 'source.cut', message: string, remedy: string) =>
    new AishellError(code, `${service}: ${message}`, remedy, { service, cause });

  if (text.includes(mismatchMark)) {
    const column = /: (.*?) is (.*)$/m.exec(text.slice(text.indexOf(mismatchMark)));
    const detail = column === null ? '' : ` (${column[1]} was seen to be ${column[2]})`;
    return fail('source.value', `a value in ${what} is of another type than its column${detail}.`, typeRemedy(service));
  }
  if (/Conversion Error|Could not convert|Failed to cast|invalid (timestamp|date) field|Out of Range|Invalid unicode|Invalid Input Error: CSV Error/i.test(text)) {
    const line = /Line: (\d+)/.exec(text)?.[1];
    return fail('source.value', `a value in ${what} is not what its column's type promises${line === undefined ? '' : ` (line ${line})`}.`, typeRemedy(service));
  }
  if (/Malformed JSON|unexpected end|Expected OBJECT|Expected .* but got/i.test(text)) {
    const line = /line (\d+)/.exec(text)?.[1];
    return fail('source.failed', `${what} holds something that is no JSON${line === undefined ? '' : `, near line ${line}`}: it was cut short or is garbled.`, 'Mend or replace the file.');
  }
  if (/Permission Error|Cannot access/i.test(text)) return fail('source.denied', `${what} lies outside the folder of the service.`, 'Put the file itself into the folder.');
  if (/Binder Error|Catalog Error/.test(text)) {
    return fail('source.schema_changed', `${what} no longer has the columns that the catalogue knows.`, 'Run the command again with --refresh.');
  }
  if (/Could not set lock|Conflicting lock|database is locked/i.test(text)) {
    return fail('source.failed', `${what} is being written by another program.`, 'Let it finish or close it, then run the command again.');
  }
  if (/not a valid DuckDB|No magic bytes|too small to be a Parquet|Parquet|Serialization Error|Corrupt|file is not a database|malformed|checksum|INTERNAL|newer version/i.test(text)) {
    return fail('source.failed', `${what} is damaged, cut short, or of another format than its name says.`, 'Mend or replace the file.');
  }
  if (/Permission denied/i.test(text)) return fail('source.denied', `${what} may not be read.`, 'Give this user the right to read it.');
  return fail('source.failed', `${what} can't be read: ${text.split('\n')[0]!.slice(0, 300)}`, 'Check the file; `aishell doctor` tries each service.');
}

/** Of a part of a file, whose lines are not the file's. */
export function withoutLine(error: unknown): unknown {
  const cause = error instanceof AishellError && error.cause !== undefined ? error.cause : error;
  return cause instanceof Error && !(cause instanceof AishellError) ? new Error(cause.message.replaceAll(/\bline:? \d+/gi, 'a line'), { cause }) : error;
}

/** A column is of another type than when the catalogue was made. */
export function outdated(service: string, column: string): AishellError {
  return new AishellError('source.schema_changed', `${service}: column ${column} is of another type than the catalogue knows.`, 'Run the command again with --refresh.', { service });
}

function typeRemedy(service: string): string {
  return `Declare the column's type under services.${service}.tables.<table>.columns (JSON or VARCHAR takes anything), then run with --refresh.`;
}
