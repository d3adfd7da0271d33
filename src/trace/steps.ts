/** The steps that were found, each once: a row that is found again gains a reason, and may have changed meanwhile. */

import type { Table } from '../algebra/index.js';
import type { Cell } from '../answer/contract.js';
import type { Found, Node } from './found.js';
import type { Row } from './message.js';
import { stepKey } from './timeline.js';

export interface Change {
  readonly key: string;
  readonly columns: readonly { readonly column: string; readonly before: Cell; readonly after: Cell }[];
}

export class Steps {
  readonly #nodes = new Map<string, Node>();
  /** Steps whose ids and references were followed. */
  readonly #followed = new Set<string>();
  #changes: Change[] = [];

  /** @param kindOf the kind of a service's store */
  constructor(private readonly kindOf: (service: string) => string) {}

  get size(): number {
    return this.#nodes.size;
  }

  all(): Node[] {
    return [...this.#nodes.values()];
  }

  /** Adds what is new. Returns what is to be followed now: new parts, and rows that say something else than before. */
  keep(found: readonly Found[], depth: number | ((one: Found) => number)): Found[] {
    const fresh: Found[] = [];
    for (const one of found) {
      const { table, row, reasons, role } = one;
      const key = stepKey(table, row);
      const before = this.#nodes.get(key);
      const isPart = role === 'part' || before?.role === 'part';
      const own = reasons.filter(({ from }) => from !== key);
      const node: Node = before ?? { key, table, store: one.store ?? this.kindOf(table.service), row, reasons: [], role, depth: typeof depth === 'number' ? depth : depth(one) };
      const columns = before === undefined ? [] : differences(table, before.row, row);
      if (columns.length > 0) this.#changes.push({ key, columns });
      this.#nodes.set(key, { ...node, row: columns.length > 0 ? row : node.row, role: isPart ? 'part' : 'mentioned', reasons: distinct([...node.reasons, ...own]) });
      if (role === 'mentioned' || (this.#followed.has(key) && columns.length === 0)) continue;
      this.#followed.add(key);
      fresh.push(one);
    }
    return fresh;
  }

  /** One round behind the step that led to it. */
  depthOf({ reasons }: Found): number {
    const depths = reasons.map(({ from }) => (from === null ? 0 : 1 + (this.#nodes.get(from)?.depth ?? 0)));
    return depths.length === 0 ? 0 : Math.min(...depths);
  }

  /** Rows that were seen to change since this was asked last. */
  takeChanges(): Change[] {
    const changes = this.#changes;
    this.#changes = [];
    return changes;
  }
}

/** Of rows alone: a message stays what it is. What begins with _ is told by the store, as the time that a key has left. */
function differences(table: Table, before: Row, after: Row): Change['columns'] {
  if (table.kind === 'topic' || table.kind === 'spans' || table.kind === 'lines') return [];
  const columns = Object.keys(after).filter((column) => !column.startsWith('_') && JSON.stringify(before[column] ?? null) !== JSON.stringify(after[column] ?? null));
  return columns.map((column) => ({ column, before: before[column] ?? null, after: after[column] ?? null }));
}

function distinct(reasons: Node['reasons']): Node['reasons'] {
  return [...new Map(reasons.map((reason) => [`${reason.from ?? ''} ${reason.because}`, reason])).values()];
}
