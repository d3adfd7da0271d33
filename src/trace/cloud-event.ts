/**
 * What a CloudEvent says it is about: the last two parts of `subject`, or of `source` where the subject is one part alone or
 * is lacking, taken for an entity and its key (/orders/42, urn:shop:orders:42; source /orders with subject 42). Where a
 * subject is the key alone, the event's type may name the entity too (com.example.order.placed, OrderPlaced). In structured
 * mode these are members, in binary mode headers. https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
 */

import type { Cell } from '../answer/contract.js';
import { words } from '../catalog/names.js';
import { headersOf } from './headers.js';
import { isCloudEvent } from './payload.js';
import type { Row } from './payload.js';

export interface NamedThing {
  /** What may name it, as it is written, the surest first: "orders". */
  readonly entities: readonly string[];
  readonly key: string;
  /** Where it stood: "subject", "_headers.ce_subject". */
  readonly path: string;
  /** The event is about it; else it comes from there. */
  readonly isSubject: boolean;
}

interface Attribute {
  readonly path: string;
  readonly parts: readonly string[];
}

export function thingsNamedBy(row: Row): NamedThing[] {
  if (!isCloudEvent(row) && !Object.keys(headersOf(row)).some((header) => attributeIn(header) !== undefined)) return [];
  const [source, subject] = [attribute(row, 'source'), attribute(row, 'subject')];
  const isPart = subject?.parts.length === 1;
  const about = isPart && source !== undefined ? { ...subject, parts: [...source.parts, ...subject.parts] } : (subject ?? source);
  return [about, isPart || subject === undefined ? undefined : source].flatMap((one): NamedThing[] => {
    const [key, entity] = one === undefined ? [] : [...one.parts].reverse();
    const entities = [...(entity === undefined ? [] : [entity]), ...(isPart && one === about ? inType(row) : [])];
    return one === undefined || key === undefined || entities.length === 0 ? [] : [{ entities, key, path: one.path, isSubject: one === about }];
  });
}

/** The parts of the type from the last one back, and the words that its last part begins with: com.shop.OrderLine.Added, order_line_added. */
function inType(row: Row): string[] {
  const parts = attribute(row, 'type', (text) => text.split(/[./:]/).filter((part) => part !== ''))?.parts ?? [];
  const last = words(parts.at(-1) ?? '');
  return [...[...parts].reverse(), ...last.map((_, i) => last.slice(0, last.length - i).join(' '))];
}

/** Names of the attribute where it is a header, and what a subject of that key ends with. */
export const subjectHeaders = ['ce_subject', 'ce-subject', 'cloudEvents:subject', 'cloudEvents_subject'];
export const subjectEnds = (key: string): string[] => ['"', '/', ':'].map((before) => `${before}${key}"`);

function attribute(row: Row, name: string, split: (text: string) => string[] = partsOf): Attribute | undefined {
  const member = isCloudEvent(row) ? text(row[name]) : undefined;
  if (member !== undefined) return { path: name, parts: split(member) };
  // Kafka's binding has ce_subject, HTTP's ce-subject, AMQP's cloudEvents:subject.
  for (const [header, value] of Object.entries(headersOf(row))) {
    const told = attributeIn(header) === name ? text(value) : undefined;
    if (told !== undefined) return { path: `_headers.${header}`, parts: split(told) };
  }
  return undefined;
}

/** Names come again with every message. */
const attributes = new Map<string, string | undefined>();
const mostAttributes = 10_000;

function attributeIn(header: string): string | undefined {
  if (attributes.has(header)) return attributes.get(header);
  const name = /^(?:ce|cloud events) (.+)$/.exec(words(header).join(' '))?.[1];
  if (attributes.size >= mostAttributes) attributes.clear();
  attributes.set(header, name);
  return name;
}

function text(value: Cell | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Of a path or a URI, without its query and fragment. */
function partsOf(reference: string): string[] {
  return reference.replace(/[?#].*$/s, '').split(/[/:]/).filter((part) => part !== '').map(decoded);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
