/** A translator reads a question over a catalogue. Nothing after it knows that English was involved. */

import type { Type } from '../algebra/index.js';
import type { Catalog } from '../catalog/contract.js';
import type { Vocabulary } from '../config/contract.js';

export interface TranslationContext {
  readonly catalog: Catalog;
  /** ISO instant and IANA zone that "today" and "last week" are read in. */
  readonly now: string;
  readonly timezone: string;
  readonly signal: AbortSignal;
  /**
   * Checks SQL as the gate will (syntax, names, types) without running it. Resolves to undefined when it is admitted,
   * else to the gate's message.
   */
  readonly check: (sql: string) => Promise<string | undefined>;
  /** The team's glossary and confirmed examples. What is hidden is not in the catalogue, and synonyms are there. */
  readonly vocabulary?: Vocabulary;
  /** The same text for two admitted statements that differ in spelling alone. */
  readonly form?: (sql: string) => Promise<string>;
  /** The statement that was answered last, which a follow-up edits. */
  readonly previous?: Previous;
  /** A statement's syntax tree as DuckDB serializes it: its one SELECT node. Rejects where the statement has none. */
  readonly syntax?: (sql: string) => Promise<unknown>;
  /** Characters of a model's reply so far; undefined once it is whole. */
  readonly onReply?: (characters: number | undefined) => void;
}

export interface Previous {
  readonly sql: string;
  /** As it was asked, where it was asked in English. */
  readonly question?: string;
}

/** What asking a model took. */
export interface Usage {
  readonly requests: number;
  /** As the server counted them, or null where it doesn't say. */
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** By the prices in the configuration; null without prices or counts. */
  readonly cost: { readonly amount: number; readonly currency: string } | null;
}

export interface Statement {
  readonly sql: string;
  /** One line of English that says what the SQL does. */
  readonly reading: string;
  readonly assumptions: readonly string[];
}

export type Translation =
  | {
      readonly kind: 'statement';
      readonly statement: Statement;
      /** 0 to 1. */
      readonly confidence: number;
      readonly alternatives: readonly Statement[];
      readonly usage?: Usage;
    }
  | {
      readonly kind: 'report';
      readonly reading: string;
      readonly assumptions: readonly string[];
      readonly confidence: number;
      readonly sections: readonly (Statement & { readonly title: string })[];
    }
  /** The question is really one of the other commands. Scope and id are taken from its words. */
  | { readonly kind: 'diff'; readonly reading: string; readonly confidence: number; readonly left?: string; readonly right?: string }
  | { readonly kind: 'trace'; readonly reading: string; readonly confidence: number; readonly id?: string; /** What the id is of, in the question's word. */ readonly as?: string; /** It asks for the reason. */ readonly why?: true }
  /** What changed in schemas: since the newest snapshots before an instant, since a commit, since the last release (git's newest tag), or since those on disk. */
  | { readonly kind: 'changes'; readonly reading: string; readonly confidence: number; readonly before?: string; readonly against?: string; readonly release?: true; readonly service?: string }
  /** Whether values keep to what schemas promise: all of it, or one sort; of all services, of one, or between two. */
  | { readonly kind: 'check'; readonly reading: string; readonly confidence: number; readonly services: readonly string[]; readonly only?: 'references' | 'copies' | 'lag' | 'freshness' }
  /** What a change of one column would do that nobody has made yet. */
  | {
      readonly kind: 'impact';
      readonly reading: string;
      readonly confidence: number;
      readonly service: string;
      /** Within the service. */
      readonly table: string;
      readonly column: string;
      readonly change: 'removed' | 'renamed' | 'required' | 'optional' | 'type';
      /** What it would become. */
      readonly type?: Type;
    }
  /** Which column refers to which, and what speaks for it; of the services that are named. */
  | { readonly kind: 'links'; readonly reading: string; readonly confidence: number; readonly services: readonly string[] }
  /** A drawing of services, tables and links, of one service where one is named. */
  | { readonly kind: 'graph'; readonly reading: string; readonly confidence: number; readonly scope?: string }
  | { readonly kind: 'doctor'; readonly reading: string; readonly confidence: number }
  | { readonly kind: 'schema'; readonly reading: string; readonly confidence: number; readonly scope?: string }
  | {
      readonly kind: 'refusal';
      /** One sentence: why not. */
      readonly reason: string;
      readonly understood: readonly string[];
      readonly notUnderstood: readonly string[];
      /** Near readings that would be admitted. */
      readonly near: readonly Statement[];
      readonly usage?: Usage;
    };

export interface Translator {
  readonly name: string;
  /** Asked even where an earlier translator has a reading, so that the two can be compared. Default: only if none has. */
  readonly always?: boolean;
  translate(question: string, context: TranslationContext): Promise<Translation>;
}
