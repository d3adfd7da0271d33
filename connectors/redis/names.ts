/** Names of the tables that patterns become: their words, told apart by the type of their keys where they are equal. */

import type { RedisType } from './native.js';
import type { Pattern } from './pattern.js';

interface Named {
  readonly declared: string | undefined;
  readonly type: RedisType;
  readonly pattern: Pattern;
}

export function tableNames(groups: readonly Named[]): string[] {
  const wanted = groups.map(({ declared, pattern }) => declared ?? wordsOf(pattern));
  const taken = new Set(groups.flatMap(({ declared }) => (declared === undefined ? [] : [declared.toLowerCase()])));
  const equal = (name: string) => wanted.filter((other) => other.toLowerCase() === name.toLowerCase()).length > 1;
  return groups.map(({ declared, type }, i) => {
    if (declared !== undefined) return declared;
    let name = equal(wanted[i]!) ? `${wanted[i]}_${type}` : wanted[i]!;
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${wanted[i]}_${type}_${n}`;
    taken.add(name.toLowerCase());
    return name;
  });
}

function wordsOf({ data }: Pattern): string {
  // Keys may hold anything; names are typed by people.
  const words = data.words.flatMap((word) => word.split(/[:/|\s\u0000-\u001f]+/)).filter((word) => word !== '');
  return words.join('_') || 'keys';
}
