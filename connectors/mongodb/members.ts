/** What is known of the members of nested fields beyond their types: how often they were there, and what a validator says. */

import type { Member } from '../contract.js';
import type { Observed } from './observe.js';
import type { Declared } from './validator.js';

const maxDepth = 8;
const mostMembers = 2_000;

/** @param strict whether the validator refuses what doesn't pass */
export function membersOf(seen: Observed, declared: Declared | undefined, strict: boolean): Member[] {
  const members: Member[] = [];
  const walk = (observed: Observed, by: Declared | undefined, steps: readonly (string | null)[]): void => {
    if (steps.length >= maxDepth) return;
    if (observed.element !== undefined) walk(observed.element, by?.element, [...steps, null]);
    const documents = observed.bson.get('object') ?? 0;
    for (const [name, field] of observed.fields ?? []) {
      if (members.length >= mostMembers) return;
      const own = by?.fields.get(name);
      members.push({
        steps: [...steps, name],
        nativeType: nativeName(field),
        ...(documents > 0 && { presence: field.count / documents }),
        ...(own?.enumValues !== undefined && { enumValues: own.enumValues }),
        ...(own?.comment !== undefined && { comment: own.comment }),
        ...(strict && by?.required.has(name) === true && { required: true }),
      });
      walk(field, own, [...steps, name]);
    }
  };
  walk(seen, declared, []);
  return members;
}

/** The BSON types that were seen, in the shell's words. */
export function nativeName({ bson }: Pick<Observed, 'bson'>): string {
  return [...bson.keys()].sort().map((type) => (type === 'uuid' ? 'binData(uuid)' : type)).join(' | ') || 'null';
}
