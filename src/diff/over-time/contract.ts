/** What changes are, and what is said of them. */

import type { ColumnSnapshot, SchemaVersion, SubjectSnapshot, TableSnapshot } from './snapshot.js';

export type ChangeKind =
  | 'table added' | 'table removed' | 'table renamed' | 'table kind'
  | 'column added' | 'column removed' | 'column renamed'
  | 'type' | 'native type' | 'unit' | 'length' | 'nullability' | 'labels' | 'default' | 'generated' | 'collation' | 'presence'
  | 'primary key' | 'unique key' | 'foreign key' | 'check' | 'comment' | 'migration'
  | 'subject added' | 'subject removed' | 'schema version' | 'schema version removed' | 'compatibility level';

export interface RawChange {
  readonly kind: ChangeKind;
  /** Within the service, by its new name where it has one. */
  readonly table: TableSnapshot | undefined;
  readonly column?: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly from?: ColumnSnapshot;
  readonly to?: ColumnSnapshot;
  readonly evidence?: readonly string[];
  /** Of a version in a schema registry. */
  readonly registration?: Registration;
}

/** A version beside those that were written by before it. */
export interface Registration {
  readonly subject: string;
  readonly type: SubjectSnapshot['type'];
  readonly level: string;
  readonly candidate: SchemaVersion;
  readonly earlier: readonly SchemaVersion[];
}

export type Impact = 'safe' | 'risky' | 'breaking';
export type Compatibility = 'full' | 'backward' | 'forward' | 'none';

export interface Verdict {
  /** For those who read with the old schema in mind. */
  readonly readers: Impact;
  /** For those who write as the old schema let them, and for the rows that they have written. */
  readonly writers: Impact;
  readonly why: string;
}
