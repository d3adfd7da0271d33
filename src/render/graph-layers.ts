/** In which column of a drawing each service stands, and in which order. */

import type { GraphAnswer } from '../answer/contract.js';

type Graph = Pick<GraphAnswer, 'services' | 'links'>;

/** More in one column, and the drawing is a tower: the rest goes to a column of its own. */
const mostInColumn = 5;
const sweeps = 4;

/** @returns names of services, column by column from the left; every service once */
export function graphLayers({ services, links }: Graph): string[][] {
  const owner = new Map<string, string>(services.flatMap(({ name, tables }) => tables.map((table) => [`${name}.${table.name}`, name] as const)));
  const ties = new Map<string, Map<string, number>>(services.map(({ name }) => [name, new Map()]));
  for (const { from, to } of links) {
    const [a, b] = [owner.get(from), owner.get(to)];
    if (a !== undefined && b !== undefined && a !== b) ties.get(a)!.set(b, (ties.get(a)!.get(b) ?? 0) + 1);
  }
  const depth = depths(ties);
  const deepest = Math.max(0, ...depth.values());
  const columns = Array.from({ length: deepest + 1 }, (_, i) => services.map(({ name }) => name).filter((name) => depth.get(name) === deepest - i));
  const ordered = order(columns, ties);
  return ordered.flatMap((column) => Array.from({ length: Math.ceil(column.length / mostInColumn) }, (_, i) => column.slice(i * mostInColumn, (i + 1) * mostInColumn)));
}

/** The longest way to something that refers to nothing; where ties go in a circle, the one that closes it is left out. */
function depths(ties: ReadonlyMap<string, ReadonlyMap<string, number>>): Map<string, number> {
  const depth = new Map<string, number>();
  const open = new Set<string>();
  const visit = (name: string): number => {
    const known = depth.get(name);
    if (known !== undefined) return known;
    open.add(name);
    // Of two services that refer to each other the one with more references stands left.
    const targets = [...ties.get(name)!].filter(([to, count]) => !open.has(to) && count >= (ties.get(to)!.get(name) ?? 0)).map(([to]) => to);
    const found = Math.max(-1, ...targets.map(visit)) + 1;
    open.delete(name);
    depth.set(name, found);
    return found;
  };
  for (const name of ties.keys()) visit(name);
  return depth;
}

function order(columns: readonly (readonly string[])[], ties: ReadonlyMap<string, ReadonlyMap<string, number>>): string[][] {
  let result = columns.map((column) => [...column]);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const place = new Map(result.flatMap((column) => column.map((name, i) => [name, (i + 0.5) / column.length] as const)));
    const middle = (name: string): number => {
      const near = [...ties].flatMap(([from, to]) => [...to].flatMap(([target, count]) => (from === name ? [[target, count] as const] : target === name ? [[from, count] as const] : [])));
      const weight = near.reduce((sum, [, count]) => sum + count, 0);
      return weight === 0 ? place.get(name)! : near.reduce((sum, [other, count]) => sum + place.get(other)! * count, 0) / weight;
    };
    result = result.map((column) => column.map((name) => [name, middle(name)] as const).sort((a, b) => a[1] - b[1]).map(([name]) => name));
  }
  return result;
}
