/** Two translators on one question: that they agree makes an answer surer, and that they don't is said. */

import type { Statement, Translation, TranslationContext } from './contract.js';

type Reading = Extract<Translation, { kind: 'statement' }>;
type Refusal = Extract<Translation, { kind: 'refusal' }>;

/** How much surer a statement becomes that an unsure reading of the other translator repeats. */
const nearAgreement = 0.5;

/** The first one was unsure and said what it would have read; the second has a statement. */
export async function withNear(reading: Reading, first: Refusal, name: string, context: TranslationContext): Promise<Reading> {
  const [best] = first.near;
  if (best === undefined) return reading;
  const same = await Promise.all(first.near.map((near) => alike(near, reading.statement, context)));
  if (same.includes(true)) {
    const note = `The ${name} translator, unsure by itself, has the same reading.`;
    return { ...noted(reading, note), confidence: surer(reading.confidence, nearAgreement), alternatives: first.near.filter((_, i) => !same[i]) };
  }
  return { ...noted(reading, `The ${name} translator would rather have read: ${best.reading}`), alternatives: [...reading.alternatives, ...first.near] };
}

/** Both have a statement: the first one's is run. */
export async function withSecond(first: Reading, second: Translation, name: string, context: TranslationContext): Promise<Reading> {
  const usage = 'usage' in second && second.usage !== undefined ? { usage: second.usage } : {};
  if (second.kind === 'refusal') return { ...noted(first, `Asked as well, ${name}: ${second.reason}`), ...usage };
  if (second.kind !== 'statement') return first;
  if (await alike(first.statement, second.statement, context)) {
    return { ...noted(first, `${name} reads it alike.`), confidence: surer(first.confidence, second.confidence), ...usage };
  }
  return {
    ...noted(first, `${name} reads it otherwise: ${second.statement.reading || second.statement.sql}`),
    confidence: first.confidence * (1 - second.confidence / 2),
    alternatives: [second.statement, ...first.alternatives],
    ...usage,
  };
}

async function alike(a: Statement, b: Statement, { form }: TranslationContext): Promise<boolean> {
  if (a.sql === b.sql) return true;
  return form !== undefined && (await form(a.sql)) === (await form(b.sql));
}

function noted(reading: Reading, note: string): Reading {
  const { statement } = reading;
  return { ...reading, statement: { ...statement, assumptions: [...statement.assumptions, note] } };
}

/** Two independent witnesses are both wrong less often than one. */
function surer(a: number, b: number): number {
  return 1 - (1 - a) * (1 - b);
}
