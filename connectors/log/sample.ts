/** What sampled messages have in common, and the columns that it makes. */

import { parse as parseLossless } from 'lossless-json';
import { isNested, types, type Column, type Type } from '../contract.js';
import { reservedNames } from './columns.js';
import type { RecordCursor } from './contract.js';
import { Shape } from './json/shape.js';
import { isText } from './text.js';

/** More fields than that, and the messages are maps. */
const maxFields = 2_000;

/** What was seen of one topic or stream. */
export class LogSample {
  messages = 0;
  tombstones = 0;
  objects = 0;
  notJson = 0;
  binaryKeys = 0;
  binaryValues = 0;
  readonly shape = new Shape();

  add(cursor: RecordCursor): void {
    const { buffer: b } = cursor;
    this.messages++;
    if (cursor.hasKey && !isText(b, cursor.keyStart, cursor.keyEnd)) this.binaryKeys++;
    if (!cursor.hasValue) return void this.tombstones++;
    if (!isText(b, cursor.valueStart, cursor.valueEnd)) {
      this.binaryValues++;
      return void this.notJson++;
    }
    try {
      const value = parseLossless(b.toString('utf8', cursor.valueStart, cursor.valueEnd));
      if (typeof value !== 'object' || value === null || Array.isArray(value) || 'isLosslessNumber' in value) return;
      this.objects++;
      this.shape.add(value);
    } catch {
      this.notJson++;
    }
  }
}

/** The fields that a sample shows, as columns; those of `declared` have the type given there. */
export function fieldColumns(topic: string, sample: LogSample | undefined, declared: ReadonlyMap<string, Type>, warnings: string[]): Column[] {
  const columns: Column[] = [];
  const taken = reservedNames();
  const members = sample?.shape.members ?? new Map();
  const fields = new Set([...members.keys(), ...[...declared.keys()].filter((field) => field !== '_key' && field !== '_value')]);
  if (fields.size > maxFields) {
    warnings.push(`${topic}: ${fields.size} different fields were seen, which are taken for data; use _value`);
    return columns;
  }
  for (const field of fields) {
    const shape = members.get(field);
    const name = distinct(field === '' ? 'field' : field, taken);
    const values = shape?.sampleValues();
    const type: Type = declared.get(field) ?? shape?.type() ?? types.json;
    columns.push({
      name,
      ...(name !== field && { nativeName: field }),
      type,
      nullable: true,
      nativeType: declared.has(field) ? 'JSON member, type configured' : 'JSON member',
      ...(sample && shape && sample.objects > 0 && { presence: shape.count / sample.objects }),
      ...(values && type.kind === 'text' && { sampleValues: values }),
      ...(shape && isNested(type) && { members: shape.below() }),
    });
  }
  return columns;
}

/** Unlike all others whatever the case. */
export function distinct(name: string, taken: Set<string>): string {
  let candidate = name;
  for (let n = 2; taken.has(candidate.toLowerCase()); n++) candidate = `${name}_${n}`;
  taken.add(candidate.toLowerCase());
  return candidate;
}
