/** Events as they come, one line each: for people, or as JSON for programs. */

import type { Cell, TailEvent } from '../answer/contract.js';
import { plainJson } from './json.js';
import { fittedLine } from './line.js';
import type { Part } from './line.js';
import { safeJson } from './safe.js';
import { style } from './style.js';

export interface EventOptions {
  readonly format: 'text' | 'ndjson';
  readonly color?: boolean;
  /** Columns of the terminal; absent: lines are as long as they are. */
  readonly width?: number;
}

/** The line of one event, with its line feed. Text for people is harmless on a terminal, and JSON is everywhere. */
export function eventLine(event: TailEvent, { format, color = false, width = Infinity }: EventOptions): string {
  if (format === 'ndjson') return ndjsonLine(event);
  const { dim, cyan, bold } = style(color);
  const { row } = event;
  const key = shown(row['_key']);
  const parts: Part[] = [
    [event.time ?? '', dim],
    [`${event.service}.${event.topic}${positionOf(row)}`, cyan],
    [key, bold],
    [payloadOf(row), (text) => text],
    [extrasOf(row), dim],
  ];
  return fittedLine(parts, width);
}

/** As plainJson writes it, which would spend most of its time on looking for what is no JSON in plain text. */
function ndjsonLine({ service, topic, row }: TailEvent): string {
  if ('service' in row || 'topic' in row) return `${plainJson({ service, topic, ...row })}\n`;
  let line = `{"service":${JSON.stringify(service)},"topic":${JSON.stringify(topic)}`;
  for (const name in row) line += `,${JSON.stringify(name)}:${cellJson(row[name]!)}`;
  return `${safeJson(line)}}\n`;
}

let [knownCell, knownJson]: [Cell, string] = [[], '[]'];

/** Headers that are the same from event to event are one object. */
function cellJson(cell: Cell): string {
  if (cell === null || typeof cell !== 'object') return JSON.stringify(cell);
  if (cell !== knownCell) [knownCell, knownJson] = [cell, plainJson(cell)];
  return knownJson;
}

/** " 3/1042": partition and offset, or the id of an entry. */
function positionOf(row: TailEvent['row']): string {
  const [partition, offset, id] = [row['_partition'], row['_offset'], row['_id']];
  if (id !== undefined) return ` ${shown(id)}`;
  return offset === undefined ? '' : ` ${partition === undefined ? '' : `${shown(partition)}/`}${shown(offset)}`;
}

function payloadOf(row: TailEvent['row']): string {
  if ('_value' in row) return row['_value'] === null ? '(no value)' : shown(row['_value']);
  const fields = Object.entries(row).filter(([name, value]) => !name.startsWith('_') && value !== null);
  return fields.map(([name, value]) => `${name}=${shown(value)}`).join(' ');
}

function extrasOf(row: TailEvent['row']): string {
  return ['_properties', '_headers'].flatMap((name) => (isEmpty(row[name]) ? [] : [`${name.slice(1)} ${shown(row[name])}`])).join('  ');
}

function isEmpty(value: Cell | undefined): boolean {
  const text = shown(value);
  return text === '' || text === '{}';
}

function shown(value: Cell | undefined): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? plainJson(value) : String(value);
}
