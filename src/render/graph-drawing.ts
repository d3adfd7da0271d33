/**
 * Services, tables and links as a drawing: a box a service, a line a table, and below it the columns that refer to
 * something. Services stand in columns, those that refer left of what they refer to (longest path, cycles cut where they
 * close), and within a column near to what they are tied to (barycentres, as in Sugiyama, Tagawa and Toda 1981).
 */

import type { GraphAnswer } from '../answer/contract.js';
import { graphLayers } from './graph-layers.js';
import { safeText } from './safe.js';
import { svgDrawing, svgElement } from './svg.js';
import type { Svg } from './svg.js';
import { cut, displayWidth } from './width.js';

type Graph = Pick<GraphAnswer, 'services' | 'links'>;

const size = { line: 18, font: 12, pad: 10, between: 28, gap: 110, letter: 7.2, most: 34 };
/** Tables without a link beyond these are counted, not drawn. */
const mostUnlinked = 12;

interface Row {
  readonly text: string;
  readonly kind: 'table' | 'topic' | 'view' | 'column' | 'more';
  /** `service.table`, or with its column where the row is one. */
  readonly id: string;
}

interface Card {
  readonly name: string;
  readonly store: string;
  readonly rows: readonly Row[];
  readonly width: number;
  readonly height: number;
  x: number;
  y: number;
}

export function drawGraph(graph: Graph): Svg {
  const cards = new Map(graph.services.map((service) => [service.name, cardOf(service, graph)]));
  const columns = graphLayers(graph).map((names) => names.map((name) => cards.get(name)!));
  let x = size.pad;
  for (const column of columns) {
    let y = size.pad;
    for (const card of column) {
      [card.x, card.y] = [x, y];
      y += card.height + size.between;
    }
    x += Math.max(0, ...column.map(({ width }) => width)) + size.gap;
  }
  const width = Math.max(200, x - size.gap + size.pad + 40);
  const height = Math.max(60, ...[...cards.values()].map((card) => card.y + card.height + size.pad));
  const places = new Map([...cards.values()].flatMap((card) => card.rows.map((row, i) => [row.id, { card, y: card.y + size.line * (i + 2) + 2 }] as const)));
  const tables = graph.services.reduce((sum, service) => sum + service.tables.length, 0);
  const description = `${graph.services.length} services, ${tables} tables and topics, ${graph.links.length} links`;
  return svgDrawing(width, height, description, [...graph.links.flatMap((link) => edge(link, places)), ...[...cards.values()].map(drawCard)]);
}

function cardOf({ name, store, tables }: Graph['services'][number], { links }: Graph): Card {
  const out = new Map<string, string[]>();
  const linked = new Set(links.flatMap(({ from, to }) => [from, to]));
  for (const { from, column } of links) out.set(from, [...new Set([...(out.get(from) ?? []), column])]);
  const shown = [...tables].sort((a, b) => Number(linked.has(`${name}.${b.name}`)) - Number(linked.has(`${name}.${a.name}`)));
  const most = shown.filter((table) => linked.has(`${name}.${table.name}`)).length + mostUnlinked;
  const rows = shown.slice(0, most).flatMap((table): Row[] => {
    const id = `${name}.${table.name}`;
    const kind = table.kind === 'topic' || table.kind === 'view' ? table.kind : 'table';
    return [{ text: table.name, kind, id }, ...(out.get(id) ?? []).map((column): Row => ({ text: column, kind: 'column', id: columnId(id, column) }))];
  });
  const left = shown.length - most;
  if (left > 0) rows.push({ text: `and ${left} more without links`, kind: 'more', id: `${name} more` });
  const wide = Math.max(displayWidth(safeText(`${name} (${store})`)), ...rows.map(({ text }) => displayWidth(safeText(text)) + 3));
  return { name, store, rows, width: Math.min(wide, size.most) * size.letter + 2 * size.pad, height: (rows.length + 1) * size.line + 14, x: 0, y: 0 };
}

function drawCard(card: Card): Svg {
  const { x, y, width, height, rows } = card;
  const label = (text: string, at: number, attributes: Readonly<Record<string, string | number>>) =>
    svgElement('text', { x: x + size.pad, y: at, 'font-size': size.font, ...attributes }, [{ text: cut(safeText(text), size.most) }]);
  return svgElement('g', {}, [
    svgElement('title', {}, [{ text: `${card.name} (${card.store})` }]),
    svgElement('rect', { x, y, width, height, rx: 6, fill: 'var(--paper)', stroke: 'currentColor', 'stroke-opacity': 0.5 }),
    svgElement('rect', { x, y, width, height: size.line + 6, rx: 6, 'fill-opacity': 0.12 }),
    label(`${card.name} (${card.store})`, y + 17, { 'font-weight': 'bold' }),
    ...rows.map((row, i) => {
      const mark = row.kind === 'topic' ? '≋ ' : row.kind === 'view' ? '◇ ' : '';
      const isPart = row.kind === 'column' || row.kind === 'more';
      return label(`${mark}${row.text}`, y + size.line * (i + 2) + 6, isPart ? { dx: 14, 'fill-opacity': 0.65 } : {});
    }),
  ]);
}

type Place = { readonly card: Card; readonly y: number };

function edge({ from, to, column, key, evidence }: Graph['links'][number], places: ReadonlyMap<string, Place>): Svg[] {
  const [start, end] = [places.get(columnId(from, column)), places.get(to)];
  if (start === undefined || end === undefined) return [];
  const [a, b] = [start.card, end.card];
  // To the side that the other box stands on; within one column around the right.
  const forward = a.x + a.width < b.x;
  const backward = b.x + b.width < a.x;
  const [x1, x2] = [backward ? a.x : a.x + a.width, forward ? b.x : b.x + b.width];
  const bend = forward || backward ? Math.max(40, Math.abs(x2 - x1) / 2) : 36;
  const [c1, c2] = [backward ? x1 - bend : x1 + bend, forward ? x2 - bend : x2 + bend];
  const tip = forward ? x2 - 7 : x2 + 7;
  const declared = evidence === 'declared';
  return [
    svgElement('g', { fill: 'none', stroke: 'currentColor', 'stroke-opacity': declared ? 0.8 : 0.45 }, [
      svgElement('title', {}, [{ text: `${from}.${column} refers to ${to}.${key} (${declared ? 'declared' : evidence})` }]),
      svgElement('path', { d: `M${round(x1)} ${round(start.y)}C${round(c1)} ${round(start.y)} ${round(c2)} ${round(end.y)} ${round(tip)} ${round(end.y)}`, ...(declared ? {} : { 'stroke-dasharray': '5 4' }) }),
      svgElement('polygon', { points: `${round(x2)},${round(end.y)} ${round(tip)},${round(end.y - 4)} ${round(tip)},${round(end.y + 4)}`, fill: 'currentColor', stroke: 'none', 'fill-opacity': declared ? 0.8 : 0.45 }),
    ]),
  ];
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** No table is called so. */
function columnId(table: string, column: string): string {
  return `${table}\u0000${column}`;
}
