/**
 * A trace as a drawing: a lane a service, time from left to right, spans as bars, and a line from what led to each step,
 * with the reason on hover and focus. Long waits are drawn shorter than they were (their logarithm), or a row of last
 * year would leave no room for the rest; the axis says the times.
 */

import type { TraceAnswer, TraceStep } from '../answer/contract.js';
import { safeText } from './safe.js';
import { svgDrawing, svgElement } from './svg.js';
import type { Svg, SvgAttributes } from './svg.js';
import { mostDrawn } from './trace-edges.js';
import { cut } from './width.js';

type Drawn = Pick<TraceAnswer, 'id' | 'steps' | 'verdicts'>;

const size = { names: 170, row: 26, lane: 14, mark: 22, axis: 44, pad: 16, reason: 70, letter: 6.4 };

interface Mark {
  readonly step: TraceStep;
  readonly x: number;
  readonly width: number;
  row: number;
  y: number;
}

export function drawTrace({ id, steps, verdicts }: Drawn): Svg {
  const drawn = steps.slice(0, mostDrawn);
  const scale = scaleOf(drawn);
  const lanes = new Map<string, Mark[]>();
  for (const step of drawn) {
    const from = scale.x(step.at);
    const mark: Mark = { step, x: from, width: Math.max(size.mark, scale.x(endOf(step)) - from), row: 0, y: 0 };
    const lane = lanes.get(step.service) ?? [];
    while (lane.some((other) => other.row === mark.row && other.x < mark.x + mark.width + 4 && mark.x < other.x + other.width + 4)) mark.row++;
    lanes.set(step.service, [...lane, mark]);
  }
  let y = size.axis;
  const names: Svg[] = [];
  for (const [service, marks] of lanes) {
    const height = (Math.max(...marks.map(({ row }) => row)) + 1) * size.row + size.lane;
    for (const mark of marks) mark.y = y + size.lane / 2 + mark.row * size.row + size.row / 2;
    names.push(
      svgElement('rect', { class: 'lane', x: 0, y, width: scale.width, height, 'fill-opacity': names.length % 4 === 0 ? 0.05 : 0 }),
      label(service, { x: 8, y: y + height / 2 + 4, 'font-weight': 'bold' }, Math.floor((size.names - 16) / (size.letter + 0.6))),
    );
    y += height;
  }
  const marks = new Map([...lanes.values()].flat().map((mark) => [mark.step.n, mark]));
  const bad = new Set(verdicts.flatMap((verdict) => verdict.steps));
  const edges = [...marks.values()].flatMap((mark) => edgesOf(mark, marks, scale.width));
  const description = `Trace of ${id}: ${steps.length} steps in ${lanes.size} lanes`;
  // The reasons lie above the marks, or those would hide them.
  return svgDrawing(scale.width, y + size.pad, safeText(description), [...names, ...scale.ticks(y), ...[...marks.values()].map((mark) => drawMark(mark, bad.has(mark.step.n))), ...edges]);
}

interface Scale {
  readonly width: number;
  x(time: string | null): number;
  ticks(height: number): Svg[];
}

function scaleOf(steps: readonly TraceStep[]): Scale {
  const times = [...new Set(steps.flatMap((step) => [step.at, endOf(step)]).flatMap((time) => (time === null ? [] : [Date.parse(time)])))].sort((a, b) => a - b);
  const places = new Map<number, number>();
  let x = size.names;
  for (const [i, time] of times.entries()) {
    if (i > 0) x += 16 + 18 * Math.log10(1 + time - times[i - 1]!);
    places.set(time, x);
  }
  // What tells no time stands behind the last that does.
  const timeless = x + (times.length === 0 ? 0 : 60);
  const hasTimeless = steps.some(({ at }) => at === null);
  const width = Math.max(640, (hasTimeless ? timeless : x) + size.mark + 60 + size.pad);
  return {
    width,
    x: (time) => (time === null ? timeless : places.get(Date.parse(time))!),
    ticks(height) {
      const shown: Svg[] = [];
      let free = 0;
      const tick = (at: number, name: string) => {
        if (at < free) return;
        free = at + 8 * size.letter * 1.9;
        shown.push(svgElement('line', { x1: at, y1: size.axis - 6, x2: at, y2: height, stroke: 'currentColor', 'stroke-opacity': 0.15 }), label(name, { x: at, y: size.axis - 12, 'fill-opacity': 0.7 }, 24));
      };
      for (const [i, time] of times.entries()) tick(places.get(time)!, tickText(time, times[i - 1]));
      if (hasTimeless) tick(timeless, 'no time');
      const [first] = times;
      return first === undefined ? shown : [label(`${new Date(first).toISOString().slice(0, 10)}, UTC; waits are drawn by their logarithm`, { x: 8, y: 14, 'fill-opacity': 0.7 }, 70), ...shown];
    },
  };
}

function tickText(time: number, before: number | undefined): string {
  const text = new Date(time).toISOString();
  const isOtherDay = before !== undefined && text.slice(0, 10) !== new Date(before).toISOString().slice(0, 10);
  return isOtherDay ? text.slice(5, 16).replace('T', ' ') : text.slice(11, 23);
}

/** Spans last; everything else is a moment. */
function endOf({ at, row }: TraceStep): string | null {
  const lasted = row['milliseconds'];
  if (at === null || typeof lasted !== 'number' || !(lasted >= 1 && lasted < 1e12)) return at;
  return new Date(Date.parse(at) + Math.round(lasted)).toISOString();
}

function drawMark({ step, x, y, width }: Mark, isBad: boolean): Svg {
  const what = `${step.n}: ${step.what} (${step.service}.${step.table}${step.at === null ? '' : `, ${step.at}`})`;
  return svgElement('g', { class: 'step', tabindex: 0 }, [
    svgElement('title', {}, [{ text: safeText(what) }]),
    svgElement('rect', { x, y: y - 10, width, height: 20, rx: 10, fill: isBad ? 'var(--error)' : step.role === 'mentioned' ? 'var(--dim)' : 'var(--accent)', 'fill-opacity': step.role === 'mentioned' ? 0.6 : 1 }),
    svgElement('text', { x: x + Math.min(width, size.mark) / 2, y: y + 4, 'font-size': 11, 'text-anchor': 'middle', fill: 'var(--paper)' }, [{ text: String(step.n) }]),
  ]);
}

const dashes = { declared: {}, linked: { 'stroke-dasharray': '6 4' }, matched: { 'stroke-dasharray': '2 4' } } as const;

function edgesOf(mark: Mark, marks: ReadonlyMap<number, Mark>, width: number): Svg[] {
  return mark.step.edges.flatMap(({ from, because, certainty }): Svg[] => {
    const cause = from === null ? undefined : marks.get(from);
    if (cause === undefined || cause === mark) return [];
    const [x1, y1, x2, y2] = [cause.x + Math.min(cause.width, size.mark) / 2, cause.y, mark.x + Math.min(mark.width, size.mark) / 2, mark.y];
    const bend = Math.max(24, Math.abs(x2 - x1) / 2);
    const reason = cut(safeText(`${from} → ${mark.step.n}: ${because} (${certainty})`), size.reason);
    const wide = reason.length * size.letter + 12;
    const at = { x: Math.max(4, Math.min((x1 + x2) / 2 - wide / 2, width - wide - 4)), y: (y1 + y2) / 2 };
    const path = { d: `M${x1.toFixed(1)} ${y1.toFixed(1)}C${(x1 + bend).toFixed(1)} ${y1.toFixed(1)} ${(x2 - bend).toFixed(1)} ${y2.toFixed(1)} ${x2.toFixed(1)} ${y2.toFixed(1)}`, fill: 'none' };
    return [
      svgElement('g', { class: 'edge', tabindex: 0, 'aria-label': reason }, [
        svgElement('title', {}, [{ text: reason }]),
        // A line of two pixels is hard to point at.
        svgElement('path', { ...path, stroke: 'currentColor', 'stroke-opacity': 0, 'stroke-width': 12, 'pointer-events': 'stroke' }),
        svgElement('path', { ...path, class: 'line', stroke: 'currentColor', 'stroke-opacity': 0.45, 'stroke-width': mark.step.parent === from ? 2 : 1, 'pointer-events': 'none', ...dashes[certainty] }),
        svgElement('g', { class: 'why', 'pointer-events': 'none' }, [
          svgElement('rect', { x: at.x, y: at.y - 13, width: wide, height: 20, rx: 4, fill: 'var(--paper)', stroke: 'currentColor', 'stroke-opacity': 0.5 }),
          label(reason, { x: at.x + 6, y: at.y + 1 }, size.reason),
        ]),
      ]),
    ];
  });
}

function label(text: string, attributes: SvgAttributes, most: number): Svg {
  return svgElement('text', { 'font-size': 12, ...attributes }, [{ text: cut(safeText(text), most) }]);
}
