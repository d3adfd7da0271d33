/** Rows as a chart, or why they can't be one. */

import type { ChartRequest } from '../../answer/contract.js';
import { AishellError } from '../../errors.js';
import type { Block } from '../blocks.js';
import { text } from '../blocks.js';
import { isChart } from '../charts/chart.js';
import type { Chart } from '../charts/chart.js';
import { chartOf } from '../charts/shape.js';
import type { Drawable } from '../charts/shape.js';

/** Rows that are kept for a drawing. */
export const mostPoints = 10_000;

/** A chart, or one line that says what it would need. */
export function chartBlocks(answer: Drawable, request: ChartRequest): Block[] {
  const made = chartOf(answer, request);
  return [isChart(made) ? { kind: 'chart', chart: made } : text(`Not drawn. ${made.refusal}`, 'warning')];
}

/** What nobody asked for, but surely suits. */
export function suitingChart(answer: Drawable): Chart | undefined {
  const made = chartOf(answer, 'auto', false);
  return isChart(made) ? made : undefined;
}

/** @throws AishellError that says what such a drawing needs */
export function neededChart(answer: Drawable, request: ChartRequest): Chart {
  const made = chartOf(answer, request);
  if (isChart(made)) return made;
  throw new AishellError('usage', `the answer can\u2019t be drawn${request === 'auto' ? '' : ` as ${request}`}`, made.refusal);
}
