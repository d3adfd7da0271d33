/** A failure as a person reads it, or as one line of JSON. */

import { AishellError } from '../errors.js';
import { redact } from '../config/secret.js';
import { plainJson } from './json.js';
import { redacted } from './redacted.js';
import { safeLines } from './safe.js';
import type { Style } from './style.js';
import { displayWidth, wrap, wrapCode } from './width.js';
import { usageText } from './views/query.js';

export interface ErrorOptions {
  readonly style: Style;
  /** With the stack of a bug and the causes of a failure. */
  readonly verbose: boolean;
  /** Columns of the terminal; absent: lines stay as they are. */
  readonly width?: number;
}

/** Any thrown thing as an AishellError; what isn't one is a bug of ours. */
export function asAishellError(thrown: unknown): AishellError {
  if (thrown instanceof AishellError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AishellError('internal', `an unexpected error: ${message || 'without a message'}`, 'This is a bug in aishell. Run it again with -v and report what it prints.', { cause: thrown });
}

export function errorText(thrown: unknown, { style, verbose, width = Infinity }: ErrorOptions): string {
  const error = asAishellError(thrown);
  const show = (text: string): string[] => safeLines(redact(text));
  const label = (name: string, paint: (text: string) => string, text: string): string[] =>
    show(text).flatMap((line, i) => {
      const lines = wrapped(i === 0 ? `${name} ${line}` : line, width);
      return i === 0 ? [`${style.bold(paint(name))}${lines[0]!.slice(name.length)}`, ...lines.slice(1)] : lines;
    });
  return [
    ...label('error:', style.red, error.message),
    ...reading(error, style, width),
    ...label('what to do:', (text) => text, error.remedy),
    ...(verbose ? causes(error).flatMap(show).map(style.dim) : []),
    '',
  ].join('\n');
}

/** What a translator says of a question that it could not read. */
function reading({ code, data }: AishellError, style: Style, width: number): string[] {
  if (code === 'config') return otherProblems(data);
  if (code !== 'question.not_understood' || data === undefined) return [];
  const { understood = [], notUnderstood = [], near = [], usage } = data as {
    understood?: readonly string[];
    notUnderstood?: readonly string[];
    near?: readonly { readonly reading: string; readonly sql: string; readonly assumptions?: readonly string[] }[];
    usage?: Parameters<typeof usageText>[0];
  };
  const list = (label: string, items: readonly string[]): string[] => (items.length === 0 ? [] : safeLines(`${label} ${items.join('; ')}`).flatMap((line) => wrapped(line, width)));
  return [
    ...list('understood:', understood),
    ...list('not understood:', notUnderstood),
    ...near.slice(0, 5).flatMap((other, i) => [
      ...(i === 0 ? ['near readings:'] : []),
      ...hung(`  ${i + 1}. `, other.reading, width),
      ...(other.assumptions ?? []).flatMap((assumed) => hung('     assumed: ', assumed, width)),
      ...wrapCode(safeLines(other.sql), width - 5).map((line) => style.dim(`     ${line}`)),
    ]),
    ...(usage === undefined ? [] : safeLines(`the model took ${usageText(usage)}`).map(style.dim)),
  ];
}

/** At spaces; a line that is indented is an example or a place in a text, and stays as it is. */
const wrapped = (line: string, width: number): string[] => (/^\s/.test(line) || displayWidth(line) <= width ? [line] : wrap(line, width));

/** Lines that go on below where they began. */
const hung = (start: string, text: string, width: number): string[] =>
  safeLines(text).flatMap((line) => wrap(line, Math.max(20, width - start.length))).map((line, i) => (i === 0 ? start : ' '.repeat(start.length)) + line);

function otherProblems(data: AishellError['data']): string[] {
  const problems = (data?.['problems'] ?? []) as readonly { file: string; line: number; column: number; message: string; fix: string }[];
  return problems.slice(1, 11).flatMap(({ file, line, column, message, fix }) => safeLines(redact(`  ${file}:${line}:${column}: ${message}. ${fix}`)));
}

function causes(error: AishellError): string[] {
  const stacks: string[] = error.code === 'internal' ? [] : [`code: ${error.code}`];
  for (let cause: unknown = error.cause; cause !== undefined && stacks.length < 5; cause = cause instanceof Error ? cause.cause : undefined) {
    stacks.push(`cause: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`);
  }
  return stacks;
}

export function errorJson(thrown: unknown): string {
  const { code, message, remedy, service, data } = asAishellError(thrown);
  return `${plainJson(redacted({ kind: 'error', code, message, remedy, service: service ?? null, data: data ?? null }))}\n`;
}
