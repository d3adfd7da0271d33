/** The options that all commands share, read and checked. */

import { chartKinds } from '../answer/contract.js';
import type { ChartRequest } from '../answer/contract.js';
import { AishellError } from '../errors.js';
import type { LinkDecision } from '../config/contract.js';
import { suggest } from '../config/nearest.js';
import { parseCount, parseDuration } from '../config/units.js';
import type { Env } from '../config/xdg.js';
import { chartFormats, drawingFormats, fileFormats, findingFormats, formats } from '../render/writer.js';
import type { ColorDepth } from '../render/index.js';
import type { Format } from '../render/writer.js';
import type { TailFrom, TraceOptions } from '../session/contract.js';
import { readTraceOptions, tailFrom } from '../session/trace-options.js';
import type { RawTraceOptions } from '../session/trace-options.js';

/** As commander leaves them. */
export interface RawOptions extends RawTraceOptions {
  readonly config?: string;
  readonly format?: string;
  readonly chart?: string;
  readonly output?: string;
  readonly meta?: string;
  readonly service?: readonly string[];
  readonly limit?: string;
  readonly timeout?: string;
  readonly allowPartial?: boolean;
  readonly refresh?: boolean;
  readonly color?: boolean;
  readonly verbose?: boolean;
  readonly progress?: 'auto' | 'json' | 'off';
  readonly failOn?: string;
  readonly values?: boolean;
  readonly against?: string;
  readonly transitive?: boolean;
  readonly maxLag?: string;
  readonly maxAge?: string;
  readonly analyze?: boolean;
  readonly confirm?: readonly string[];
  readonly reject?: readonly string[];
  readonly showPrompt?: boolean;
  readonly minRight?: string;
  readonly minAnswered?: string;
  readonly database?: string;
  readonly reading?: string;
  readonly where?: string;
  readonly from?: string;
  readonly mirror?: boolean;
  readonly timezone?: string;
}

export interface Options {
  readonly config: string | undefined;
  readonly format: Format;
  readonly chart: ChartRequest | undefined;
  readonly output: string | undefined;
  readonly meta: string | undefined;
  readonly services: readonly string[] | undefined;
  readonly limit: number | undefined;
  readonly timeoutMs: number | undefined;
  readonly allowPartial: boolean;
  readonly refresh: boolean;
  readonly color: boolean;
  readonly depth: ColorDepth;
  /** For a screen reader, or a terminal that only writes lines. */
  readonly spoken: boolean;
  readonly verbose: boolean;
  readonly progress: 'auto' | 'json' | 'off';
  readonly failOn: 'breaking' | 'risky' | 'note' | 'any' | 'worse' | undefined;
  readonly maxAgeMs: number | undefined;
  /** A snapshot, a folder of them, or a commit. */
  readonly against: string | undefined;
  /** With every earlier version of the snapshots. */
  readonly transitive: boolean;
  readonly maxLagMs: number | undefined;
  /** Whether a comparison reads rows. */
  readonly values: boolean;
  readonly analyze: boolean;
  readonly decisions: readonly LinkDecision[];
  readonly showPrompt: boolean;
  readonly trace: TraceOptions;
  /** Percent, 0 to 100. */
  readonly minRight: number | undefined;
  readonly minAnswered: number | undefined;
  readonly database: string | undefined;
  /** Which reading of the question is meant, from 1. */
  readonly reading: number | undefined;
  readonly where: string | undefined;
  /** Where a tail begins. */
  readonly from: TailFrom | undefined;
  /** Whether a tail may declare a queue of its own. */
  readonly mirror: boolean;
}

/** Whether a terminal may be given colours. */
export function colors({ color }: RawOptions, env: Env): boolean {
  return color !== false && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}

/** Whether nothing may be drawn twice: a dumb terminal, a screen reader. */
export function plainTerminal(env: Env): boolean {
  return env['TERM'] === 'dumb' || (env['ACCESSIBLE'] ?? '') !== '';
}

/** How many colours the terminal says it has. */
export function colorDepth(env: Env): ColorDepth {
  if (/^(truecolor|24bit)$/i.test(env['COLORTERM'] ?? '') || /-direct$/.test(env['TERM'] ?? '')) return 24;
  return /256/.test(env['TERM'] ?? '') ? 8 : 4;
}

/** Whether lines are drawn with ASCII alone: a dumb terminal, a screen reader, or a locale that says it isn't UTF-8. */
export function asciiOnly(env: Env): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  // Without a locale nothing is said: macOS and Windows set none and draw all.
  return plainTerminal(env) || (locale !== '' && !/utf-?8/i.test(locale) && process.platform !== 'win32');
}

const byExtension: Readonly<Record<string, Format>> = { csv: 'csv', json: 'json', ndjson: 'ndjson', jsonl: 'ndjson', md: 'markdown', html: 'html', sarif: 'sarif', svg: 'svg', parquet: 'parquet', xlsx: 'xlsx', mmd: 'mermaid', dot: 'dot' };

export function readOptions(raw: RawOptions, env: Env): Options {
  return {
    config: raw.config,
    format: readFormat(raw),
    chart: readChart(raw.chart),
    output: raw.output === '-' ? undefined : raw.output,
    meta: raw.meta,
    services: raw.service === undefined || raw.service.length === 0 ? undefined : raw.service,
    limit: amount(raw.limit, '--limit', parseCount, 0, '100, 5k, or 0 for all'),
    timeoutMs: amount(raw.timeout, '--timeout', parseDuration, 1, '30s, 5m, or a number of seconds'),
    allowPartial: raw.allowPartial ?? false,
    refresh: raw.refresh ?? false,
    color: colors(raw, env),
    depth: colorDepth(env),
    spoken: plainTerminal(env),
    verbose: raw.verbose ?? false,
    progress: raw.progress ?? 'auto',
    failOn: raw.failOn as Options['failOn'],
    against: raw.against,
    transitive: raw.transitive ?? false,
    maxLagMs: amount(raw.maxLag, '--max-lag', parseDuration, 1, '30s, 5m'),
    maxAgeMs: amount(raw.maxAge, '--max-age', parseDuration, 1, '15m, 2h'),
    values: raw.values ?? true,
    analyze: raw.analyze ?? false,
    decisions: [...readDecisions(raw.confirm, 'confirmed'), ...readDecisions(raw.reject, 'rejected')],
    showPrompt: raw.showPrompt ?? false,
    trace: readTraceOptions(raw, Date.now()),
    minRight: percent(raw.minRight, '--min-right'),
    minAnswered: percent(raw.minAnswered, '--min-answered'),
    database: raw.database,
    reading: amount(raw.reading, '--reading', (text) => (/^\d{1,2}$/.test(text) ? Number(text) : undefined), 1, '2, the number that a reading is shown with'),
    where: raw.where,
    from: tailFrom(raw.from, Date.now()),
    mirror: raw.mirror ?? false,
  };
}

function readFormat({ format, output }: RawOptions): Format {
  const extension = /\.([a-z]+)$/i.exec(output ?? '')?.[1]?.toLowerCase() ?? '';
  const wanted = (format === 'text' ? 'table' : format) ?? byExtension[extension] ?? 'table';
  const all = [...formats, ...chartFormats, ...fileFormats, ...findingFormats, ...drawingFormats];
  if ((all as readonly string[]).includes(wanted)) return wanted as Format;
  throw new AishellError('usage', `there is no format ${wanted}`, `The formats are ${all.join(', ')}; ${suggest(wanted, all)}`);
}

function readChart(kind: string | undefined): ChartRequest | undefined {
  if (kind === undefined || kind === 'auto' || (chartKinds as readonly string[]).includes(kind)) return kind as ChartRequest | undefined;
  throw new AishellError('usage', `there is no ${kind === '' ? 'chart without a name' : `${kind} chart`}`, `The kinds are auto, ${chartKinds.join(', ')}; ${suggest(kind, chartKinds)}`);
}

function amount(text: string | undefined, name: string, parse: (text: string) => number | undefined, least: number, example: string): number | undefined {
  if (text === undefined) return undefined;
  const value = parse(text);
  if (value === undefined || value < least) throw new AishellError('usage', `${name} can’t be ${text === '' ? 'empty' : text}`, `Write it like ${example}.`);
  return value;
}

function percent(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,3}(\.\d+)?%?$/.test(text) ? Number.parseFloat(text) : NaN;
  if (!(value <= 100)) throw new AishellError('usage', `${name} can’t be ${text === '' ? 'empty' : text}`, 'Write a percentage from 0 to 100.');
  return value;
}

/** `service.table.column=service.table.column`, any number of them. */
function readDecisions(texts: readonly string[] | undefined, decision: LinkDecision['decision']): LinkDecision[] {
  return (texts ?? []).map((text) => {
    const [from = '', to = '', ...more] = text.split(/=|->/).map((part) => part.trim());
    const isAddress = (part: string) => /^[^.]+(\.[^.]+){2,3}$/.test(part);
    if (more.length === 0 && isAddress(from) && isAddress(to)) return { from, to, decision };
    const option = decision === 'confirmed' ? '--confirm' : '--reject';
    throw new AishellError('usage', `${option} can't be ${text === '' ? 'empty' : text}`, `Write it like ${option} service.table.column=service.table.column.`);
  });
}
