/**
 * What stands between an answer and its formats. Each kind of answer has one view, which says in blocks what there is
 * to see; each format knows how to show a block. A new kind of answer is one view, a new format one file.
 */

import type { Cell } from '../answer/contract.js';
import type { Chart } from './charts/chart.js';
import type { Svg } from './svg.js';

export interface BlockColumn {
  readonly name: string;
  readonly numeric: boolean;
  /** Never cut to fit: half a number or half an instant is another one. */
  readonly whole: boolean;
  /** Numbers in binary: digits behind the point may give way, with a mark. */
  readonly fraction?: boolean;
  /** Words of ours: what doesn't fit goes on below. */
  readonly wraps?: boolean;
  /** Sorted as a time. */
  readonly instant?: boolean;
}

export type Tone = 'plain' | 'dim' | 'good' | 'warning' | 'error';

export type Block =
  | { readonly kind: 'heading'; readonly text: string; readonly level: 1 | 2 }
  /** The data of the answer: all that csv and ndjson show. */
  | { readonly kind: 'table'; readonly columns: readonly BlockColumn[]; readonly rows: readonly (readonly Cell[])[]; readonly title?: string }
  | { readonly kind: 'text'; readonly text: string; readonly tone: Tone }
  /** A label and what it says; several in a row align. */
  | { readonly kind: 'fact'; readonly label: string; readonly text: string; readonly tone: Tone }
  | { readonly kind: 'code'; readonly text: string; readonly language: string }
  /** Short lines whose cells align; the last one is cut to what room there is. */
  | { readonly kind: 'aligned'; readonly lines: readonly (readonly string[])[] }
  /** Numbers drawn: in a terminal as characters, in pages as SVG. */
  | { readonly kind: 'chart'; readonly chart: Chart }
  /** A drawing, in pages alone: what it says must stand in other blocks too, or below it as a list. It is made only where it is shown. */
  | { readonly kind: 'svg'; readonly draw: () => Svg | Promise<Svg>; readonly list?: readonly string[] };

export function blockColumn(name: string, type: string): BlockColumn {
  const numeric = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL\b.*|DOUBLE|FLOAT)$/.test(type);
  const instant = /^(DATE|TIMESTAMP)/.test(type);
  const fraction = type === 'DOUBLE' || type === 'FLOAT';
  return { name, numeric, ...(instant && { instant }), ...(fraction && { fraction }), whole: numeric || /^(BOOLEAN|DATE|TIME|TIMESTAMP|UUID)/.test(type) };
}

export const textColumn = (name: string): BlockColumn => ({ name, numeric: false, whole: false, wraps: true });
export const numberColumn = (name: string): BlockColumn => ({ name, numeric: true, whole: true });

export const text = (value: string, tone: Tone = 'plain'): Block => ({ kind: 'text', text: value, tone });
export const fact = (label: string, value: string, tone: Tone = 'plain'): Block => ({ kind: 'fact', label, text: value, tone });
export const code = (value: string, language = 'sql'): Block => ({ kind: 'code', text: value, language });

/** A cell as text, as every format but JSON shows it. NULL is the format's own affair. */
export function cellText(cell: Exclude<Cell, null>): string {
  if (typeof cell === 'object') return JSON.stringify(cell);
  // A double may be below zero by its sign alone.
  return Object.is(cell, -0) ? '-0' : String(cell);
}
