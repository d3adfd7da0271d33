/** A tree as the answer of a form, where the gate admits its statement. */

import type { Translation } from '../../contract.js';
import { english } from '../tree/english.js';
import { sql } from '../tree/sql.js';
import type { Query } from '../tree/tree.js';
import type { FormInput } from './input.js';

export async function answered(tree: Query, assumptions: readonly string[], confidence: number, { context }: Pick<FormInput, 'context'>): Promise<Translation | undefined> {
  const text = sql(tree);
  if ((await context.check(text)) !== undefined) return undefined;
  return { kind: 'statement', statement: { sql: text, reading: english(tree), assumptions }, confidence, alternatives: [] };
}
