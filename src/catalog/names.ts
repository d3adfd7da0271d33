/** Names as words: `orderItems`, `order_items` and `OrderItem` are all order + item. */

import { irregularNouns } from './irregular-nouns.js';

/** Names come again and again, each column against every key: what was split is remembered, within bounds. */
const remembered = new Map<string, readonly string[]>();
const mostRemembered = 10_000;

/** Lower-case words of a compound identifier, in order. */
export function words(identifier: string): readonly string[] {
  const known = remembered.get(identifier);
  if (known !== undefined) return known;
  const found = identifier
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  if (remembered.size >= mostRemembered) remembered.clear();
  remembered.set(identifier, found);
  return found;
}

/** The singular of an English noun, well enough for identifiers: it need only map both spellings to one. */
export function singular(word: string): string {
  const known = irregularNouns.get(word);
  if (known !== undefined) return known;
  if (word.length <= 3 || /(ss|us|is)$/.test(word)) return word;
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  // Statuses and bonuses, not causes, houses or excuses.
  if (/(ch|sh|x|ss|zz|[^aeocfm]us)es$/.test(word)) return word.slice(0, -2);
  if (word.endsWith('s')) return word.slice(0, -1);
  return word;
}

/** What some put before the names of all tables, which says only that they are tables. */
const tablePrefixes = new Set(['t', 'tb', 'tbl', 'tab']);

/** The entity that a table holds, from its name: `order_items` -> ["order", "item"], `t_order` -> ["order"]. */
export function entityOf(tableName: string): string[] {
  const all = words(tableName);
  const parts = all.length > 1 && tablePrefixes.has(all[0]!) ? all.slice(1) : all;
  return parts.map((part, i) => (i === parts.length - 1 ? singular(part) : part));
}

/**
 * Makes names that are equal but for case distinct by a stable suffix: the first in code point order keeps its name,
 * the others get `_2`, `_3`. Input order doesn't matter, so a name never moves because another introspection listed
 * things differently.
 */
export function distinctNames(names: readonly string[]): Map<string, string> {
  const result = new Map<string, string>();
  const taken = new Set(names.map((name) => name.toLowerCase()));
  for (const group of groupByLower(names).values()) {
    const sorted = [...new Set(group)].sort();
    result.set(sorted[0]!, sorted[0]!);
    let suffix = 2;
    for (const name of sorted.slice(1)) {
      while (taken.has(`${name}_${suffix}`.toLowerCase())) suffix++;
      const renamed = `${name}_${suffix}`;
      taken.add(renamed.toLowerCase());
      result.set(name, renamed);
    }
  }
  return result;
}

function groupByLower(names: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const key = name.toLowerCase();
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  return groups;
}
