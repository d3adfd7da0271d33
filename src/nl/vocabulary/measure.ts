/**
 * A term that the glossary defines by SQL, "GMV = sum(orders.total) where status <> 'cancelled'", as a statement that can
 * be parted and narrowed as the question says: "GMV per month", "GMV by country in Germany".
 */

import type { Term } from '../../config/contract.js';
import type { Translation, TranslationContext } from '../contract.js';
import { applied } from '../followup/index.js';
import { NotATree } from '../followup/expressions.js';
import { recognise } from '../followup/recognise.js';
import type { Wish } from '../followup/recognise.js';
import { treeOf } from '../followup/syntax.js';
import type { Query } from '../offline/tree/tree.js';
import { hasAggregate } from '../offline/tree/tree.js';
import { name } from '../offline/tree/sql.js';

type Read = Extract<Translation, { kind: 'statement' | 'refusal' }>;

/** Undefined: the term is explained, and not computed. */
export async function readMeasure(question: string, term: Term, context: TranslationContext): Promise<Read | undefined> {
  const text = statementOf(term.means, context);
  if (text === undefined || context.syntax === undefined) return undefined;
  const problem = await context.check(text);
  if (problem !== undefined) return refusal(`The glossary's ${term.term} does not fit the services: ${problem}`, term);
  const tree = await measured(text, context);
  if (tree === undefined) return undefined;
  const wishes = wishesOf(question, term);
  if (wishes === undefined) return refusal(`The rest of the question is not read beside ${term.term}, which the glossary defines; ask "${term.term} by ...", "${term.term} per month" or "${term.term} in ...".`, term);
  const { previous: _, ...alone } = context;
  const read = await applied(tree, wishes, alone, `It asks for ${term.term}`);
  if (read.kind === 'refusal') return read;
  const note = `${term.term} = ${term.means}, by the glossary`;
  const noted = <T extends { readonly assumptions: readonly string[] }>(s: T): T => ({ ...s, assumptions: [note, ...s.assumptions] });
  return { ...read, statement: noted(read.statement), alternatives: read.alternatives.map(noted) };
}

const aggregate = /\b(sum|avg|count|min|max)\s*\(/i;

/** An expression with an aggregate over one table, and perhaps a condition; the table is told by its columns' names. */
function statementOf(means: string, { catalog }: TranslationContext): string | undefined {
  const written = /^\s*(?:select\s+)?(.+?)(?:\s+from\s+([\w."]+))?(?:\s+where\s+(.+?))?\s*;?\s*$/is.exec(means);
  if (written === null || !aggregate.test(written[1]!)) return undefined;
  const [, expression, from, condition] = written as unknown as [string, string, string | undefined, string | undefined];
  const said = new Set([...`${expression} ${condition ?? ''}`.replace(/'(?:[^']|'')*'/g, '').matchAll(/\b((?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*)\.[A-Za-z_]\w*/g)].map((m) => m[1]!));
  if (from !== undefined) said.add(from);
  const tables = catalog.services.flatMap((s) => s.tables);
  const meant = [...said].map((path) => {
    const parts = path.replaceAll('"', '').toLowerCase().split('.');
    return tables.filter((t) => t.name.toLowerCase() === parts.at(-1) && (parts.length === 1 || t.service.toLowerCase() === parts[0]));
  });
  const found = new Set(meant.flat().filter((t) => t.kind !== 'topic' || meant.flat().length === 1));
  const [table] = found;
  if (table === undefined || found.size > 1 || meant.some((m) => m.length === 0)) return undefined;
  const plain = (sql: string): string => sql.replace(new RegExp(`\\b${table.service}\\.(?:\\w+\\.)?(?=${table.name}\\.)`, 'gi'), '');
  const address = [table.service, ...(table.schema === undefined ? [] : [table.schema]), table.name].map(name).join('.');
  return `SELECT ${plain(expression)} FROM ${address}${condition === undefined ? '' : ` WHERE ${plain(condition)}`}`;
}

async function measured(text: string, context: TranslationContext): Promise<Query | undefined> {
  try {
    const tree = treeOf(await context.syntax!(text), context.catalog);
    return tree.select.length === 1 && hasAggregate(tree.select[0]!.expr) && tree.group.length === 0 ? tree : undefined;
  } catch (error) {
    if (error instanceof NotATree) return undefined;
    throw error;
  }
}

const lead = /^(?:please |what (?:is|was|are|were|has been)|what's|how (?:much|high|large|big) (?:is|was)|show(?: me)?|give(?: me)?|tell me|list|compute|calculate|get|display|report|our|the|total|overall|a|of|\s)+\b/i;

/** What is asked of it: groups, times, conditions, an order, in the words of follow-ups. */
function wishesOf(question: string, { term }: Term): Wish[] | undefined {
  const words = term.split(/\s+/).map((w) => w.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[\\s_-]+');
  const rest = question.trim().replace(/[\s?.!]+$/, '').replace(new RegExp(`\\b${words}(?:s|es)?\\b`, 'i'), '\u0001');
  if (!rest.includes('\u0001') || rest.split('\u0001').length > 2) return undefined;
  const top = /^(?:.*?\b)?(top|bottom) (\d+) (.+?) by (?:the )?(?:total )?\u0001(.*)$/i.exec(rest);
  const before = top === null ? rest.slice(0, rest.indexOf('\u0001')) : '';
  const after = (top === null ? rest.slice(rest.indexOf('\u0001') + 1) : top[4]!).trim();
  if (before.replace(lead, '').trim() !== '') return undefined;
  const found: Wish[] = [];
  for (const part of after === '' ? [] : parts(after)) {
    const wish = recognise(part);
    if (wish === undefined) return undefined;
    // Of several groups each is one more.
    found.push(...wish.wishes.map((w): Wish => (w.kind === 'group' && found.some((f) => f.kind === 'group' || f.kind === 'unit') ? { ...w, add: true } : w)));
  }
  if (top === null) return found;
  return [...found, { kind: 'group', text: top[3]!, add: false }, { kind: 'limit', count: Number(top[2]), end: top[1]!.toLowerCase() === 'top' ? 'top' : 'bottom', by: undefined }];
}

function parts(text: string): string[] {
  return text.split(/\s*,\s*(?:and\s+)?|\s+(?=(?:by|per|in|for each|for|during|from|last|this|yesterday|today|since|without|excluding|where|only|sorted by|as a? ?percent\w*)\b)/i).filter((p) => p !== '').reduce<string[]>((list, part) => {
    const last = list.at(-1);
    // "in the last month": one period.
    return last !== undefined && /^(in|for|during|from|of|since)( the)?$/i.test(last) ? [...list.slice(0, -1), `${last} ${part}`] : [...list, part];
  }, []);
}

function refusal(reason: string, { term }: Term): Read {
  return { kind: 'refusal', reason, understood: [], notUnderstood: [term], near: [] };
}
