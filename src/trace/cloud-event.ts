/**
 * What a CloudEvent says it is about: the last two parts of `subject`, or of `source` where the subject is one part alone or
 * is lacking, taken for an entity and its key (/orders/42, urn:shop:orders:42; source /orders with subject 42). In structured
 * mode these are members, in binary mode headers. https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
 */

import type { Cell } from '../answer/contract.js';
import { words } from '../catalog/names.js';
import { headersOf } from './headers.js';
import { isCloudEvent } from './payload.js';
import type { Row } from './payload.js';

export interface NamedThing {
  /** As it is written: "orders". */
  readonly entity: string;
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
  const [source, subject] = [attribute(row, 'source'), attribute(row, 'subject')];
  const isPart = subject?.parts.length === 1;
  const about = isPart && source !== undefined ? { ...subject, parts: [...source.parts, ...subject.parts] } : (subject ?? source);
  return [about, isPart || subject === undefined ? undefined : source].flatMap((one): NamedThing[] => {
    const [key, entity] = one === undefined ? [] : [...one.parts].reverse();
    return one === undefined || key === undefined || entity === undefined ? [] : [{ entity, key, path: one.path, isSubject: one === about }];
  });
}

function attribute(row: Row, name: string): Attribute | undefined {
  const member = isCloudEvent(row) ? text(row[name]) : undefined;
  if (member !== undefined) return { path: name, parts: partsOf(member) };
  // Kafka's binding has ce_subject, HTTP's ce-subject, AMQP's cloudEvents:subject.
  for (const [header, value] of Object.entries(headersOf(row))) {
    const told = attributeIn(header) === name ? text(value) : undefined;
    if (told !== undefined) return { path: `_headers.${header}`, parts: partsOf(told) };
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
