/** The canonical schema of one table, whichever store it lives in: what introspection fills and planning reads. */

import type { CheckConstraint } from './conditions.js';
import type { Type } from './types.js';

export interface Column {
  /** The name in statements: unique in its table whatever the case, since DuckDB folds case. */
  readonly name: string;
  /** The store's own name, where `name` had to differ from it. */
  readonly nativeName?: string;
  readonly type: Type;
  readonly nullable: boolean;
  readonly comment?: string;
  /** Other words for it, by the configuration. */
  readonly synonyms?: readonly string[];
  /** The store's own type name, as its own tools print it: `character varying(40)`, `Nullable(DateTime64(3))`. */
  readonly nativeType: string;
  /** Text only: whether = and < compare bytes. Absent means binary. */
  readonly collation?: { readonly name: string; readonly binary: boolean };
  /** The most characters (of blobs: bytes) that the store admits, where it is declared. */
  readonly maxLength?: number;
  /** Declared enumeration (ENUM type, CHECK ... IN, validator enum). */
  readonly enumValues?: readonly string[];
  /** Distinct values seen in a bounded sample, for text columns with few of them; sorted. */
  readonly sampleValues?: readonly string[];
  /** A text in which every value that was seen is an ISO 8601 date, or a date and a time: what SQLite and CSV files have for dates. */
  readonly holds?: 'date' | 'timestamp';
  /** The first column of some index, or unique. */
  readonly indexed?: boolean;
  /** Share of sampled documents or messages that had the field, 0 to 1. Absent where the schema is declared. */
  readonly presence?: number;
  readonly default?: string;
  /** The store itself fills it in: identity, auto_increment, computed. */
  readonly generated?: boolean;
  /** A rule demands it of what is written from now on (a validator), though rows from before may lack it. */
  readonly required?: boolean;
  /** Of a nested column: what is known of its members beyond their types. */
  readonly members?: readonly Member[];
  /** Of a member, as `fieldsOf` makes one: where it is. */
  readonly within?: Within;
}

/** What was seen or declared at one place inside of a nested column. */
export interface Member {
  /** Below the column; null steps into the elements of a list. */
  readonly steps: readonly (string | null)[];
  readonly nativeType: string;
  /** Share of the values around it that had it, 0 to 1. */
  readonly presence?: number;
  readonly enumValues?: readonly string[];
  readonly sampleValues?: readonly string[];
  readonly required?: boolean;
  readonly comment?: string;
}

export interface Within {
  readonly column: string;
  readonly steps: readonly (string | null)[];
}

export interface ForeignKey {
  readonly columns: readonly string[];
  /** Within the same service. */
  readonly references: { readonly schema?: string; readonly table: string; readonly columns: readonly string[] };
}

/**
 * table and view are declared; the others were observed from a bounded sample. spans and lines stand in no catalogue: a
 * trace found them where a service keeps its telemetry.
 */
export type TableKind = 'table' | 'view' | 'collection' | 'topic' | 'keys' | 'file' | 'spans' | 'lines';

/** What a schema registry keeps under one subject: every version of what the keys or values of a log are written by. */
export interface RegisteredSubject {
  readonly subject: string;
  readonly side: 'key' | 'value';
  readonly type: 'AVRO' | 'PROTOBUF' | 'JSON';
  /** The registry's own rule for the next version: BACKWARD, FULL_TRANSITIVE, NONE. */
  readonly level: string;
  /** Ascending. */
  readonly versions: readonly RegisteredVersion[];
}

export interface RegisteredVersion {
  readonly version: number;
  readonly id: number;
  /** Absent in a catalogue from the disk, which keeps the numbers alone. */
  readonly schema?: { readonly text: string; readonly dependencies: readonly { readonly name: string; readonly text: string }[] };
}

export interface Table {
  readonly service: string;
  /** The schema inside the service; absent means its default schema, so that `service.table` names it. */
  readonly schema?: string;
  /** The name in statements. Equal names but for case get a stable suffix. */
  readonly name: string;
  readonly kind: TableKind;
  readonly columns: readonly Column[];
  readonly primaryKey?: readonly string[];
  readonly uniques?: readonly (readonly string[])[];
  readonly foreignKeys?: readonly ForeignKey[];
  /** Conditions on rows that are written, save those that list a column's values: these are its enumeration. Absent: the store does not tell. */
  readonly checks?: readonly CheckConstraint[];
  readonly rows?: { readonly count: number; readonly exact: boolean };
  /** About how many different values columns have, under the store's own names, by its statistics. */
  readonly distinct?: Readonly<Record<string, number>>;
  readonly comment?: string;
  /** Other words for it, by the configuration. */
  readonly synonyms?: readonly string[];
  /** Of a log with a schema registry: the subjects that its messages belong to. */
  readonly registered?: readonly RegisteredSubject[];
  /** Of a log: of messages with the same key its store keeps only the last in the end (Kafka's cleanup.policy). Absent: it doesn't, or doesn't say. */
  readonly compacted?: true;
  /** How many rows, documents or messages an observed schema rests on. */
  readonly sampled?: number;
  /** What the connector needs to address the table natively (JSON). Nobody else reads it. */
  readonly native?: Readonly<Record<string, unknown>>;
}

/** `service.table` or `service.schema.table`, as a statement may name it, without quotes. */
export function tableName(table: Pick<Table, 'service' | 'schema' | 'name'>): string {
  return table.schema === undefined ? `${table.service}.${table.name}` : `${table.service}.${table.schema}.${table.name}`;
}
