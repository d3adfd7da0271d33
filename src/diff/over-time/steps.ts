/**
 * How to make a breaking change without breaking anybody: expand and contract (also called parallel change). The old and
 * the new stand side by side until nobody uses the old.
 */

import type { RawChange, Verdict } from './contract.js';

export function stepsFor({ kind, column, before, after }: RawChange, { readers, writers }: Verdict, consumers: readonly string[]): string[] {
  if (readers !== 'breaking' && writers !== 'breaking') return [];
  const who = consumers.length === 0 ? 'every reader' : `the readers (here: ${[...new Set(consumers.map((text) => text.split(' ')[0]))].join(', ')})`;
  switch (kind) {
    case 'column renamed':
    case 'table renamed':
      return [
        `expand: add ${after} beside ${before}, and let writers fill both`,
        `copy what ${before} holds into ${after}`,
        `move ${who} to ${after}`,
        `contract: once nothing reads ${before}, stop writing it and drop it`,
      ];
    case 'column removed':
    case 'table removed':
      return [`move ${who} away from ${before}`, `let writers stop filling it${kind === 'column removed' ? ', which needs it to be optional or to have a default' : ''}`, `contract: drop ${before} once nothing names it`];
    case 'column added':
      return [`expand: add ${after} as optional, or with a default`, 'let every writer fill it, and fill it in the rows that are there', 'contract: make it required'];
    case 'nullability':
      return [`let every writer fill ${column}`, 'fill it in the rows that lack it', 'contract: make it required'];
    case 'type':
    case 'unit':
    case 'length':
      return [
        `expand: add a column of the new ${kind} beside ${column}, and let writers fill both`,
        'copy the rows, and look at those whose values do not fit',
        `move ${who} to the new column`,
        `contract: drop the old one and give its name to the new one`,
      ];
    case 'schema version':
      return [
        'give every field that is new or goes a default, keep the types that the old ones promote to, and register that instead',
        'where the meaning itself changes, expand: write messages of the new schema to a topic of their own beside this one',
        `move ${who} to the new topic`,
        'contract: stop writing the old one',
      ];
    case 'labels':
      return ['let writers stop sending the labels that go', 'replace them in the rows that hold them', 'contract: take them out of the declaration'];
    case 'default':
    case 'generated':
      return [`let every writer fill ${column}`, 'contract: take away what the store filled in'];
    case 'primary key':
    case 'unique key':
      return ['look for rows that repeat the key, and mend them', 'let writers keep to it', 'contract: declare it'];
    case 'check':
      return ['look for rows that do not meet it, and mend them', 'let writers keep to it', 'contract: declare it'];
    case 'foreign key':
      return ['look for rows that refer to nothing (aishell check), and mend them', 'let writers keep to it', 'contract: declare it'];
    default:
      return [];
  }
}
