/** A part of a question that is read like a question of its own, for the forms that make more of it. */

import type { Statement } from '../../contract.js';
import { certaintyOf, isAmbiguous, leastCertainty } from '../certainty.js';
import { readings } from '../question.js';
import type { Token } from '../text/tokens.js';
import type { Query } from '../tree/tree.js';
import type { FormInput } from './input.js';

export interface Sure {
  readonly tree: Query;
  readonly statement: Statement;
  readonly confidence: number;
}

/** Its one reading, where all its words are read and no other fits about as well; else undefined. */
export async function surely(text: string, { schema, context }: Pick<FormInput, 'schema' | 'context'>): Promise<Sure | undefined> {
  const { sketch, candidates } = await readings(text, schema, context);
  const [best, second] = candidates;
  const services = schema.services.length;
  if (best === undefined || sketch.unread.length + best.lost.length > 0) return undefined;
  if (second !== undefined && isAmbiguous(best.facts, services)) return undefined;
  const confidence = certaintyOf(best.facts, services);
  return confidence < leastCertainty(services) ? undefined : { tree: best.query, statement: best, confidence };
}

/** Tokens as a text that is read as the same tokens again. */
export function spelled(tokens: readonly Token[]): string {
  return tokens.map((t) => (t.kind === 'quoted' ? `"${t.text}"` : t.text)).join(' ').replace(/ ('s)(?= |$)/g, '$1').replace(/ ([?.,!])/g, '$1');
}
