/**
 * The offline translator: English to a query tree over any catalogue, with no network and no model.
 *
 * text/ makes tokens and lemmas of the question; link/ finds what its words may name in the catalogue; read/ reads
 * the sentence into a sketch of what is asked; build/ binds the sketch to tables and columns and makes a query tree;
 * tree/ prints it as SQL and as English; forms/ reads the questions that are about services as wholes (complete
 * details, correlations, reports) and those that belong to another command. Whatever comes out was checked by the
 * gate; where part of the question has no reading, the answer is a refusal that says which part.
 */

import type { Statement, Translation, TranslationContext, Translator } from '../contract.js';
import { inOwnWords } from './forms/meant.js';
import { readForm } from './forms/index.js';
import { hygiene } from './text/hygiene.js';
import { schemaOf } from './link/catalog.js';
import { readOne } from './question.js';
import { tokenize } from './text/tokens.js';

export function offlineTranslator(): Translator {
  return { name: 'offline', translate };
}

async function translate(question: string, context: TranslationContext): Promise<Translation> {
  context.signal.throwIfAborted();
  const bad = hygiene(question);
  if (bad !== undefined) return { kind: 'refusal', reason: bad, understood: [], notUnderstood: [], near: [] };
  const schema = schemaOf(context.catalog);
  const asked = { question, tokens: tokenize(question), schema, context };
  const meant = await inOwnWords(asked);
  if (meant !== undefined && 'kind' in meant) return meant;
  if (meant === undefined) return (await readForm(asked)) ?? readOne(question, schema, context);
  const read = (await readForm({ ...asked, question: meant.question, tokens: tokenize(meant.question) })) ?? (await readOne(meant.question, schema, context));
  return noted(read, meant.note);
}

function noted(translation: Translation, note: string): Translation {
  const also = <T extends Statement>(s: T): T => ({ ...s, assumptions: [note, ...s.assumptions] });
  if (translation.kind === 'statement') return { ...translation, statement: also(translation.statement), alternatives: translation.alternatives.map(also) };
  return translation.kind === 'refusal' ? { ...translation, near: translation.near.map(also) } : translation;
}
