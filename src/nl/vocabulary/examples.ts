/**
 * Confirmed examples: a question that a person has answered once is answered by the statement confirmed then. The same
 * question gets it as it is; one that differs in values alone gets it with the new values, where nothing is left to
 * guess: each value stands once in the question and once in the statement, and the new one is of the same kind.
 */

import { quoteText } from '../../algebra/index.js';
import type { Catalog } from '../../catalog/contract.js';
import type { ConfirmedExample } from '../../config/contract.js';
import type { Translation, TranslationContext, Translator } from '../contract.js';
import { isoDate } from '../offline/text/dates.js';
import { literalsIn } from './literals.js';
import type { Literal } from './literals.js';

export function exampleTranslator(): Translator {
  return { name: 'confirmed example', translate };
}

async function translate(question: string, context: TranslationContext): Promise<Translation> {
  const examples = context.vocabulary?.examples ?? [];
  const same = examples.find((example) => sameQuestion(example.question, question));
  if (same !== undefined) return answer(same, same.sql, [], context);
  for (const example of examples) {
    const filled = fill(example, question, context.catalog);
    if (filled !== undefined) return answer(example, filled.sql, filled.notes, context);
  }
  return refusal('');
}

async function answer(example: ConfirmedExample, sql: string, notes: readonly string[], context: TranslationContext): Promise<Translation> {
  const problem = await context.check(sql);
  if (problem !== undefined) return refusal(`The confirmed example for this question does not fit the services any more: ${problem}`);
  return {
    kind: 'statement',
    statement: { sql, reading: `as confirmed for: ${example.question.trim()}`, assumptions: notes },
    confidence: 1,
    alternatives: [],
  };
}

function refusal(reason: string): Translation {
  return { kind: 'refusal', reason, understood: [], notUnderstood: [], near: [] };
}

/** Case, spacing, final punctuation and politeness make no other question. */
export function sameQuestion(a: string, b: string): boolean {
  return normal(a) === normal(b);
}

function normal(question: string): string {
  return question
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[‘’]/g, "'")
    .replace(/[“”]/g, '"')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\s?.!;]+$/, '')
    .replace(/^(please|could you|can you)[ ,]+/, '')
    .replace(/[ ,]+please$/, '');
}

interface Slot {
  readonly literal: Literal;
  readonly at: number;
  readonly length: number;
}

function fill(example: ConfirmedExample, question: string, catalog: Catalog): { sql: string; notes: string[] } | undefined {
  const known = normal(example.question);
  const slots = slotsOf(known, example.sql);
  if (slots === undefined || slots.length === 0) return undefined;
  const match = pattern(known, slots).exec(normal(question));
  if (match === null) return undefined;
  const edits: { literal: Literal; text: string }[] = [];
  const notes: string[] = [];
  for (const [i, slot] of slots.entries()) {
    const said = match[i + 1]!;
    if (said === slot.literal.value.toLowerCase()) continue;
    const value = replacement(said, slot.literal, example.sql, catalog);
    if (value === undefined) return undefined;
    edits.push({ literal: slot.literal, text: value.sql });
    notes.push(`${value.shown} in place of ${slot.literal.value}`);
  }
  return { sql: replaced(example.sql, edits), notes };
}

/** Where in the question the statement's values stand; undefined where one stands there twice, or another value holds it. */
function slotsOf(question: string, sql: string): Slot[] | undefined {
  const literals = literalsIn(sql);
  const slots: Slot[] = [];
  for (const literal of literals) {
    const text = literal.value.toLowerCase();
    if (text.trim() === '') continue;
    const word = new RegExp(`(?<![\\p{L}\\p{N}_.-])${escaped(text)}(?![\\p{L}\\p{N}_-]|\\.\\p{N})`, 'gu');
    const places = [...question.matchAll(word)];
    if (places.length === 0) continue;
    if (places.length > 1 || literals.some((other) => other !== literal && other.value.toLowerCase().search(word) !== -1)) return undefined;
    slots.push({ literal, at: places[0]!.index, length: text.length });
  }
  slots.sort((a, b) => a.at - b.at);
  return slots.some((slot, i) => i > 0 && slots[i - 1]!.at + slots[i - 1]!.length > slot.at) ? undefined : slots;
}

/** The question with a hole for each slot. */
function pattern(question: string, slots: readonly Slot[]): RegExp {
  let source = '';
  let from = 0;
  for (const { at, length, literal } of slots) {
    source += `${escaped(question.slice(from, at))}(${literal.kind === 'number' ? '-?\\d{1,15}(?:\\.\\d{1,9})?' : '[\\p{L}\\p{N}][^?!;]{0,99}?'})`;
    from = at + length;
  }
  return new RegExp(`^${source}${escaped(question.slice(from))}$`, 'u');
}

function replacement(said: string, literal: Literal, sql: string, catalog: Catalog): { sql: string; shown: string } | undefined {
  if (literal.kind === 'number') {
    // A whole number may be a LIMIT or an id: it stays one.
    const whole = /^-?\d+$/;
    return whole.test(literal.value) && !whole.test(said) ? undefined : { sql: said, shown: said };
  }
  const quoted = (text: string) => ({ sql: quoteText(text), shown: text });
  if (/^\d{4}-\d{2}-\d{2}$/.test(literal.value)) {
    return /^\d{4}-\d{2}-\d{2}$/.test(said) && isoDate(said) === said ? quoted(said) : undefined;
  }
  if (literal.column === undefined) return undefined;
  const value = knownValue(said, literal, sql, catalog);
  return value === undefined ? undefined : quoted(value);
}

/** The value as the store has it. Each column that may be meant must know both the old value and the new one. */
function knownValue(said: string, { column, value }: Literal, sql: string, catalog: Catalog): string | undefined {
  const text = sql.toLowerCase();
  const columns = catalog.services
    .flatMap((service) => service.tables)
    .filter((table) => text.includes(table.name.toLowerCase()))
    .flatMap((table) => table.columns.filter(({ name }) => name.toLowerCase() === column));
  if (columns.length === 0) return undefined;
  const found = columns.map(({ enumValues = [], sampleValues = [] }) => {
    const values = [...new Set([...enumValues, ...sampleValues])];
    const alike = values.filter((candidate) => candidate.toLowerCase() === said);
    return values.includes(value) && alike.length === 1 ? alike[0] : undefined;
  });
  return new Set(found).size === 1 ? found[0] : undefined;
}

function replaced(sql: string, edits: readonly { literal: Literal; text: string }[]): string {
  return [...edits]
    .sort((a, b) => b.literal.start - a.literal.start)
    .reduce((text, { literal, text: value }) => text.slice(0, literal.start) + value + text.slice(literal.end), sql);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
