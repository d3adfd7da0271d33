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

  add(cursor: Pick<RecordCursor, 'buffer' | 'hasKey' | 'keyStart' | 'keyEnd' | 'hasValue' | 'valueStart' | 'valueEnd'>): void {
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

/** A field as a schema tells of it. */
export interface KnownField {
  readonly name: string;
  readonly type: Type;
  readonly nativeType: string;
  readonly comment?: string;
  /** The only values that the schema admits. */
  readonly enumValues?: readonly string[];
  /** No message may lack it. */
  readonly required?: true;
  /** The schema's word binds nobody: what the messages hold counts more. */
  readonly isClaim?: true;
}

/** The fields that a schema or a sample shows, as columns; those of `declared` have the type given there. */
export function fieldColumns(topic: string, sample: LogSample | undefined, declared: ReadonlyMap<string, Type>, warnings: string[], known: ReadonlyMap<string, KnownField> = new Map()): Column[] {
  const columns: Column[] = [];
  const taken = reservedNames();
  const members = sample?.shape.members ?? new Map();
  const fields = new Set([...known.keys(), ...members.keys(), ...[...declared.keys()].filter((field) => field !== '_key' && field !== '_value')]);
  if (fields.size > maxFields) {
    warnings.push(`${topic}: ${fields.size} different fields were seen, which are taken for data; use _value`);
    return columns;
  }
  for (const field of fields) {
    const shape = members.get(field);
    const name = distinct(field === '' ? 'field' : field, taken);
    const values = shape?.sampleValues();
    const told = known.get(field);
    const observed = shape?.type();
    const isOther = told?.isClaim === true && observed !== undefined && observed.kind !== told.type.kind && (observed.kind === 'text' || observed.kind === 'json');
    const type: Type = declared.get(field) ?? (isOther ? observed : (told?.type ?? observed)) ?? types.json;
    columns.push({
      name,
      ...(name !== field && { nativeName: field }),
      type,
      nullable: true,
      nativeType: declared.has(field) ? 'JSON member, type configured' : (told?.nativeType ?? 'JSON member'),
      ...(told?.comment !== undefined && { comment: told.comment }),
      ...(told?.enumValues !== undefined && type.kind === 'text' && { enumValues: told.enumValues }),
      // Messages by older schemas, or by none, may lack what this one demands.
      ...(told?.required === true && (shape === undefined || shape.count === sample?.objects) && (sample === undefined || sample.objects === 0 || shape !== undefined) && { required: true }),
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
