/**
 * "What would break if the price of products became text", "which services keep a copy of the user's e-mail": a change
 * that nobody has made yet, of one column that the question names together with its table. More than one such column, or
 * a change that isn't understood, gives nothing.
 */

import type { Translation } from '../../contract.js';
import { tableName, types } from '../../../algebra/index.js';
import type { Column, Table, Type } from '../../../algebra/index.js';
import { entityOf, singular, words } from '../../../catalog/names.js';
import type { FormInput } from './input.js';

type Impact = Extract<Translation, { kind: 'impact' }>;

const breaking = /\b(what|who|which|how many)\b.*\b(break|breaks|broken|fail|fails|hit|hits|affected|affect|affects|impact|impacted|suffer|suffers|notice|happen|happens)\b.*?\b(if|when|were|was|by)\b/;
const careful = /\bis it (safe|ok|okay|fine|possible) to (drop|remove|delete|rename|change|make)\b|\b(can|could|may) (i|we) (safely )?(drop|remove|delete|rename)\b|\b(impact|effects?|consequences?) of (dropping|removing|deleting|renaming|changing|making)\b/;
const copying = /\b(which|what|who)\b.*\b(keeps?|holds?|stores?|has|have|contains?|copy|copies|repeats?|uses?|depends? on|refers? to|references?)\b/;
const aCopy = /\b(copy|copies|duplicates?)\b.*\bof\b|\b(copy|copies|repeats?|depends? on|refers? to|references?)\b/;

const typeWords: Readonly<Record<string, Type>> = {
  text: types.text, string: types.text, varchar: types.text, integer: types.int32, int: types.int32, number: types.float64, bigint: types.int64,
  double: types.float64, float: types.float64, uuid: types.uuid, date: types.date, timestamp: types.timestamp, boolean: types.boolean, json: types.json,
};

export function readImpact({ question, schema }: FormInput): Impact | undefined {
  // One spelling for e-mail and email, users' and user's.
  const text = question.toLowerCase().replace(/['’]s?\b/g, ' ').replace(/(\p{L})-(\p{L})/gu, '$1$2').replace(/[?!,;]/g, ' ').trim();
  const isPlanned = breaking.test(text) || careful.test(text);
  const change = isPlanned ? changeIn(text) : copying.test(text) && aCopy.test(text) ? { change: 'removed' as const } : undefined;
  if (change === undefined) return undefined;
  const about = isPlanned ? text.replace(/^.*?\b(if|when|were|was|by)\b/, '') : text.slice(text.search(aCopy));
  const tables = schema.tables.map(({ table }) => table);
  const found = addressIn(question, tables) ?? columnIn(about, tables) ?? columnIn(otherMail(about), tables);
  if (found === undefined) return undefined;
  const { table, column } = found;
  const path = `${tableName(table)}.${column.name}`;
  const becomes = change.change === 'type' ? `became ${change.word}` : `were ${change.change}`;
  return {
    kind: 'impact',
    reading: isPlanned ? `who is hit if ${path} ${becomes}` : `who refers to ${path}, copies it, or carries it in events`,
    confidence: 0.9,
    service: table.service,
    table: tableName(table).slice(table.service.length + 1),
    column: column.name,
    change: change.change,
    ...(change.change === 'type' && { type: change.type }),
  };
}

/** A column `mail` is asked for as e-mail as often as not, and the other way round. */
function otherMail(text: string): string {
  return text.replace(/\b(e?)mails?\b/g, (_, e: string) => (e === '' ? 'email' : 'mail'));
}

type Change = { readonly change: 'removed' | 'renamed' | 'required' | 'optional' } | { readonly change: 'type'; readonly type: Type; readonly word: string };

function changeIn(text: string): Change | undefined {
  const word = /\b(?:to|into|became|become|becomes|as|were|was)\s+(?:an?\s+)?(\w+)(?:\s+(?:type|column|field))?\s*$/.exec(text)?.[1];
  const type = word === undefined ? undefined : typeWords[word];
  if (type !== undefined) return { change: 'type', type, word: word! };
  if (/\b(drop|drops|dropped|dropping|remove|removes|removed|removing|delete|deletes|deleted|lost|lose|loses|gone|disappear|disappears|disappeared)\b/.test(text)) return { change: 'removed' };
  if (/\b(rename|renames|renamed|renaming)\b/.test(text)) return { change: 'renamed' };
  if (/\b(required|mandatory|not null)\b/.test(text)) return { change: 'required' };
  return /\b(optional|nullable)\b/.test(text) ? { change: 'optional' } : undefined;
}

/** `users.email`, `service.users.email`, as far as the end of some column's whole name. Of several the one that lives in no log. */
function addressIn(question: string, tables: readonly Table[]): { readonly table: Table; readonly column: Column } | undefined {
  for (const [path] of question.toLowerCase().matchAll(/[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)+/gu)) {
    const found = tables.flatMap((table) => table.columns.filter((column) => `.${tableName(table)}.${column.name}`.toLowerCase().endsWith(`.${path}`)).map((column) => ({ table, column })));
    const kept = found.filter(({ table }) => table.kind !== 'topic');
    if (found.length === 1 || kept.length === 1) return kept[0] ?? found[0];
  }
  return undefined;
}

/** The one column whose words, and whose table's or service's, all stand in the text. */
function columnIn(text: string, tables: readonly Table[]): { readonly table: Table; readonly column: Column } | undefined {
  const said = new Set(text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '').flatMap((word) => [word, singular(word)]));
  const joined = text.replace(/[^\p{L}\p{N}]+/gu, ' ');
  const holds = (parts: readonly string[]) => parts.length > 0 && (parts.every((part) => said.has(part) || said.has(singular(part))) || joined.includes(` ${parts.join('')} `));
  const candidates = tables.flatMap((table) => {
    const isTable = holds(entityOf(table.name));
    const isService = holds(words(table.service).map(singular));
    if (!isTable && !isService) return [];
    return table.columns.filter((column) => !column.name.startsWith('_') && holds(words(column.name))).map((column) => ({
      table,
      column,
      // The table that the question names, in the service that is called like it: where the entity lives. Logs carry it on.
      score: words(column.name).length * 10 + (isTable ? 4 : 0) + (isService ? 2 : 0) + (table.kind === 'topic' ? 0 : 1),
    }));
  });
  const best = Math.max(...candidates.map(({ score }) => score));
  const found = candidates.filter(({ score }) => score === best);
  return found.length === 1 ? found[0] : undefined;
}
