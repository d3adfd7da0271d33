/** A translator reads a question over a catalogue. Nothing after it knows that English was involved. */

import type { Catalog } from '../catalog/contract.js';

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
  | { readonly kind: 'trace'; readonly reading: string; readonly confidence: number; readonly id?: string }
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
    };

export interface Translator {
  readonly name: string;
  translate(question: string, context: TranslationContext): Promise<Translation>;
}
