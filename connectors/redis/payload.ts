/** What the connector's own half of a query carries from the dialect to the readers. */

import type { Type } from '../contract.js';
import type { KeysNative, Role } from './native.js';

/** NativeQuery.payload. */
export interface ReadPayload {
  readonly table: string;
  readonly native: KeysNative;
  /** The keys by name; undefined: they are looked for with SCAN. */
  readonly keys: readonly string[] | undefined;
  /** By part, the texts that a key may have there. */
  readonly parts: readonly (readonly string[] | undefined)[];
  /** Of a stream: entries by id, or between two ids. */
  readonly ids: readonly string[] | undefined;
  readonly from: string;
  readonly to: string;
  /** The newest entries first. */
  readonly newestFirst: boolean;
  readonly skip: number;
  readonly limit: number | undefined;
  readonly columns: readonly { readonly name: string; readonly type: Type; readonly role: Role }[];
}

/** SCAN has said that the key is there, and nothing inside of it is asked for: its type is all that has to be known. */
export function namesSuffice({ native, keys, columns }: ReadPayload): boolean {
  const row = native.type === 'string' || (native.type === 'hash' && !native.fieldRows);
  return row && keys === undefined && native.pattern.parts.length > 0 && columns.every(({ role }) => role.from === 'part');
}
