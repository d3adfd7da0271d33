/** Prints an accepted relation as one SELECT. */

import type { ColumnId, Filter, KeyBatch, NativeQuery, Project, Reason, Rel, Scan, ScanColumn, SortLimit } from '../contract.js';
import { isReason } from '../contract.js';
import { blockOf } from './block.js';
import type { SqlStyle } from './style.js';
import { selectText } from './text.js';

interface Shape {
  readonly scan: Scan;
  readonly filter: Filter | undefined;
  readonly project: Project | undefined;
  readonly sort: SortLimit | undefined;
}

/** The relation taken apart, or why it is not one SELECT over one table. */
export function shapeOf(rel: Rel): Shape | Reason {
  const sort = rel.kind === 'sortLimit' ? rel : undefined;
  const belowSort = sort ? sort.input : rel;
  const project = belowSort.kind === 'project' ? belowSort : undefined;
  const belowProject = project ? project.input : belowSort;
  const filter = belowProject.kind === 'filter' ? belowProject : undefined;
  const scan = filter ? filter.input : belowProject;
  if (scan.kind !== 'scan') return { reason: `${scan.kind} is computed locally` };
  return { scan, filter, project, sort };
}

export function accepts(rel: Rel, style: SqlStyle): true | Reason {
  const block = blockOf(rel, style);
  return isReason(block) ? block : true;
}

export function compile(rel: Rel, keys: KeyBatch | undefined, style: SqlStyle): NativeQuery {
  const block = blockOf(rel, style);
  if (isReason(block)) throw new Error(`compile was asked for a relation that was not accepted: ${block.reason}`);
  const params: unknown[] = [];
  const bind = (value: unknown) => {
    params.push(value);
    return style.placeholder(params.length);
  };
  // Parameters are numbered in the order of the text.
  const items = block.output.map(({ print, computed }, i) => `${print(bind)}${computed && style.computes?.alias ? ` AS ${style.quote(style.computes.alias(i))}` : ''}`);
  const restricted = keys && (() => {
    const placed = block.tables.column(keys.column);
    if (!placed) throw new Error(`keys for ${keys.column}, which is no column of ${block.from(() => '?')}`);
    return style.keys(placed.column, keys, placed.table, bind);
  });
  const text = selectText(block, items, bind, style, restricted);
  return { text, params, columns: block.output.map(({ out }) => out) };
}

export function scanColumn(id: ColumnId, scan: Scan): ScanColumn {
  const column = scan.columns.find((c) => c.id === id);
  if (!column) throw new Error(`column ${id} is not in the scan of ${scan.table.name}`);
  return column;
}
