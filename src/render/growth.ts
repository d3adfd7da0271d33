/** What a followed trace tells, a line each: for people, or as JSON for programs. */

import type { TraceAnswer, TraceGrowth } from '../answer/contract.js';
import { count, duration } from './amounts.js';
import { plainJson } from './json.js';
import { fittedLine } from './line.js';
import type { Part } from './line.js';
import { redacted } from './redacted.js';
import { safeText } from './safe.js';
import { style } from './style.js';
import { because, locator } from './trace-edges.js';

export interface GrowthLook {
  readonly format: 'text' | 'ndjson';
  readonly color?: boolean;
  readonly ascii?: boolean;
  /** Columns of the terminal; absent: lines are as long as they are. */
  readonly width?: number;
}

type Told = Exclude<TraceGrowth, { type: 'trace' }>;

/** One line with its line feed. Text is harmless on a terminal, and JSON is everywhere. */
export function growthLine(growth: TraceGrowth, look: GrowthLook): string {
  if (look.format === 'ndjson') return `${plainJson(redacted(growth))}\n`;
  return growth.type === 'trace' ? '' : fittedLine(partsOf(redacted(growth), look), look.width ?? Infinity);
}

/** What there is to say when it ends. */
export function growthEnd(answer: TraceAnswer, look: GrowthLook): string {
  const { steps: _, ...rest } = redacted(answer);
  if (look.format === 'ndjson') return `${plainJson({ type: 'end', ...rest })}\n`;
  const { dim, red } = style(look.color ?? false);
  const { followed, complete, stopped, missing, warnings } = rest;
  const why = stopped === 'cancelled' ? ': cancelled' : stopped === 'budget.time' ? ': out of time' : '';
  const said =
    followed === undefined ? '' : (
      `Followed for ${duration(followed.ms)}: ${many(followed.steps, 'step')} came, ${many(followed.changes, 'row')} changed; ${many(followed.messages, 'message')} looked at, stores asked ${many(followed.looks, 'time')}.`
    );
  return [
    ...(said === '' ? [] : [dim(said)]),
    ...(complete ? [] : [red(`INCOMPLETE${why}`)]),
    ...missing.map(({ service, reason }) => red(safeText(`missing: ${reason.startsWith(service) ? '' : `${service}: `}${reason}`))),
    ...warnings.map((warning) => dim(safeText(`warning: ${warning}`))),
  ].map((line) => `${line}\n`).join('');
}

const many = (n: number, what: string): string => `${count(n)} ${what}${n === 1 ? '' : 's'}`;

function partsOf(growth: Told, { color = false, ascii = false }: GrowthLook): Part[] {
  const { dim, cyan, bold, red, yellow } = style(color);
  const plain = (text: string) => text;
  switch (growth.type) {
    case 'step': {
      const { n, at, service, table, what, locator: place, parent } = growth.step;
      const from = parent === null ? '' : ` ${ascii ? '<-' : '←'} ${parent}`;
      return [[`+ ${n}${from}`, bold], [at ?? '', dim], [`${service}.${table} ${locator(place)}`, cyan], [what, plain], [because(growth.step), dim]];
    }
    case 'changed': {
      const { n, service, table, locator: place, columns } = growth;
      const shown = (cell: unknown) => (typeof cell === 'string' ? cell : plainJson(cell));
      return [[`~ ${n}`, bold], [`${service}.${table} ${locator(place)}`, cyan], [columns.map(({ column, before, after }) => `${column}: ${shown(before)} ${ascii ? '->' : '→'} ${shown(after)}`).join(', '), yellow]];
    }
    case 'verdict': {
      const { kind, what, steps, basis, because: why } = growth.verdict;
      return [[`! ${kind}`, red], [`${what}${steps.length === 0 ? '' : ` [${steps.join(', ')}]`}`, plain], [`(${basis}: ${why})`, dim]];
    }
  }
}
