/**
 * Patterns in keys that nobody declared. A part of a key that looks like an id (a number, a UUID, a long hex or mixed
 * text) varies; so does one that has many different words in otherwise equal keys. What is left as a word names the table.
 */

export interface Found {
  /** Parts that don't vary; null where one does. */
  readonly shape: readonly (string | null)[];
  readonly keys: readonly string[];
}

/** Different words in one place, from which on they are taken for values. */
const manyWords = 8;
/** A key of one word alone is more likely to be a thing of its own. */
const manyWholeKeys = 20;

export function findPatterns(keys: readonly string[], separator: string): Found[] {
  let groups = new Map<string, { shape: (string | null)[]; keys: string[] }>();
  for (const key of keys) {
    const shape: (string | null)[] = key.split(separator).map((part) => (isValue(part) ? null : part));
    // A key without any word keeps its first part, or its table would have no name.
    if (shape.length > 1 && shape.filter((part) => part !== null).length === 0) shape[0] = key.split(separator)[0]!;
    put(groups, shape, key);
  }
  const longest = Math.max(0, ...[...groups.values()].map(({ shape }) => shape.length));
  for (let place = longest - 1; place >= 0; place--) groups = mergeWords(groups, place);
  return [...groups.values()].sort((a, b) => (shapeKey(a.shape) < shapeKey(b.shape) ? -1 : 1));
}

type Groups = Map<string, { shape: (string | null)[]; keys: string[] }>;

/** Makes one place vary in groups that differ there alone and are many, each with few keys. */
function mergeWords(groups: Groups, place: number): Groups {
  const families = new Map<string, { shape: (string | null)[]; members: { shape: (string | null)[]; keys: string[] }[] }>();
  for (const group of groups.values()) {
    const shape = group.shape.map((part, i) => (i === place ? null : part));
    const name = shapeKey(shape);
    const family = families.get(name) ?? { shape, members: [] };
    family.members.push(group);
    families.set(name, family);
  }
  const merged: Groups = new Map();
  for (const { shape, members } of families.values()) {
    const words = members.filter((member) => member.shape[place] !== null && member.shape[place] !== undefined);
    const keys = words.reduce((sum, member) => sum + member.keys.length, 0);
    const whole = shape.every((part) => part === null);
    const many = words.length >= (whole ? manyWholeKeys : manyWords) && keys < words.length * 3;
    for (const member of members) {
      const varies = member.shape[place] === undefined ? false : member.shape[place] === null || many;
      for (const key of member.keys) put(merged, varies ? shape : member.shape, key);
    }
  }
  return merged;
}

function put(groups: Groups, shape: (string | null)[], key: string): void {
  const name = shapeKey(shape);
  const group = groups.get(name);
  if (group === undefined) groups.set(name, { shape, keys: [key] });
  else group.keys.push(key);
}

function shapeKey(shape: readonly (string | null)[]): string {
  return JSON.stringify(shape);
}

export function isValue(part: string): boolean {
  return (
    /^-?\d+$/.test(part) ||
    /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(part) ||
    /^(?=.*\d)[0-9a-f]{8,}$/i.test(part) ||
    /^\d{4}-\d{2}(-\d{2})?/.test(part) ||
    /@.+\./.test(part) ||
    // Letters and digits mixed, as in generated ids and in codes with a number: r2d2, usr_9f, item-17.
    (/\d/.test(part) && /^[\w.-]{3,}$/.test(part) && !/^v\d+$/i.test(part)) ||
    part.length > 64
  );
}
