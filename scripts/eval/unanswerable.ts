/**
 * Questions that a database can't answer, made from the data's own: asked of another database, asked for a column that
 * no table has, and asked for an opinion or of another topic. Which become which is chosen by hash, so two runs agree.
 */

import { createHash } from 'node:crypto';
import type { Catalog } from '../../src/catalog/contract.js';
import type { Question } from './data.js';

export interface Unanswerable {
  readonly kind: 'of another database' | 'a column that no table has' | 'an opinion or another topic';
  readonly question: string;
}

/** Things that people keep of people and things, and that no database of the data has. */
const strangers = ['shoe size', 'blood type', 'carbon footprint', 'zodiac sign', 'favourite colour', 'vaccination date', 'horsepower', 'voltage', 'calorie content', 'parking permit', 'tax bracket', 'battery life', 'pollen count', 'warranty'];

const asides = [
  (thing: string) => `Which ${thing} do you like best?`,
  (thing: string) => `Why are there so many ${thing}?`,
  (thing: string) => `Should we worry about the ${thing}?`,
  (thing: string) => `Write a poem about ${thing}.`,
  (thing: string) => `Are the ${thing} any good?`,
  () => 'What will the weather be tomorrow?',
  () => 'Who won the world cup?',
  () => 'How do I reset my password?',
  () => 'Tell me a joke.',
  () => 'What is the meaning of life?',
];

const pick = <T>(list: readonly T[], by: string): T => list[createHash('sha256').update(by).digest().readUInt32BE() % list.length]!;

/** `others`: questions of other databases. One of each kind for every few questions asked, at most `most` a kind. */
export function unanswerable(catalog: Catalog, own: readonly Question[], others: readonly Question[], most: number): Unanswerable[] {
  const tables = catalog.services.flatMap((s) => s.tables);
  const words = new Set(tables.flatMap((t) => [t.name, ...t.columns.flatMap((c) => [c.name, c.comment ?? ''])]).flatMap(spoken));
  const result: Unanswerable[] = [];
  const db = catalog.services[0]!.name;
  for (let i = 0, made = 0; made < most && i < 40 * most; i++) {
    const { question, query } = pick(others, `${db}:${i}`);
    // One that names none of this database's things, lest it have an answer here after all.
    if (tablesOf(query).some((t) => spoken(t).some((w) => words.has(w)))) continue;
    result.push({ kind: 'of another database', question });
    made++;
  }
  let made = 0;
  for (const { question } of own) {
    if (made === most) break;
    const column = columnSaid(question, catalog);
    if (column === undefined) continue;
    const stranger = pick(strangers, question);
    if (spoken(stranger).some((w) => words.has(w))) continue;
    result.push({ kind: 'a column that no table has', question: question.replace(column, stranger) });
    made++;
  }
  for (let i = 0; i < Math.min(most, asides.length); i++) {
    const thing = pick(tables, `${db}:${i}`).name.toLowerCase().replaceAll('_', ' ');
    result.push({ kind: 'an opinion or another topic', question: asides[(i + db.length) % asides.length]!(thing) });
  }
  return result;
}

function spoken(name: string): string[] {
  return name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase().split(/[^a-z]+/).filter((w) => w.length > 2).map((w) => w.replace(/s$/, ''));
}

function tablesOf(sql: string): string[] {
  return [...sql.matchAll(/\b(?:from|join)\s+["`]?(\w+)/gi)].map((m) => m[1]!);
}

/** The longest name of a column that the question writes out and that names no table. */
function columnSaid(question: string, catalog: Catalog): string | undefined {
  const tables = catalog.services.flatMap((s) => s.tables);
  const taken = new Set(tables.flatMap((t) => spoken(t.name)));
  const lower = question.toLowerCase();
  const names = tables.flatMap((t) => t.columns.flatMap((c) => [c.comment ?? c.name.replaceAll('_', ' ')])).map((n) => n.toLowerCase());
  const said = names.filter((n) => n.length > 3 && !/^(names?|id|title)$/.test(n) && !spoken(n).some((w) => taken.has(w)) && new RegExp(`\\b${n.replace(/[^a-z ]/g, '.')}\\b`).test(lower));
  const longest = said.sort((a, b) => b.length - a.length)[0];
  if (longest === undefined) return undefined;
  const at = lower.indexOf(longest);
  return at < 0 ? undefined : question.slice(at, at + longest.length);
}
