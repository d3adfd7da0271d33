/** Conditions that a new one takes the place of: no row could meet both, or the new one was said to be instead. */

import { english } from '../offline/tree/english.js';
import type { Predicate, Scalar } from '../offline/tree/tree.js';
import { query } from '../offline/tree/tree.js';

export function replaced(old: readonly Predicate[], added: readonly Predicate[], swap: boolean): { where: Predicate[]; notes: string[] } {
  const news = added.map(valuesOf);
  const gone = old.filter((p) => {
    const a = valuesOf(p);
    return a !== undefined && news.some((b) => b !== undefined && b.column === a.column && (swap || contradict(a, b)));
  });
  return { where: old.filter((p) => !gone.includes(p)), notes: gone.map((p) => `in place of: ${said(p)}`) };
}

interface Values {
  readonly column: string;
  readonly values: ReadonlySet<string>;
  readonly negated: boolean;
}

function contradict(a: Values, b: Values): boolean {
  if (a.negated && b.negated) return false;
  if (!a.negated && !b.negated) return ![...a.values].some((v) => b.values.has(v));
  const [yes, no] = a.negated ? [b, a] : [a, b];
  return [...yes.values].every((v) => no.values.has(v));
}

/** A condition that one column is, or is not, one of some values. */
function valuesOf(p: Predicate): Values | undefined {
  if (p.kind === 'compare' && (p.op === '=' || p.op === '<>')) {
    const column = nameOf(p.left);
    const value = constant(p.right);
    return column === undefined || value === undefined ? undefined : { column, values: new Set([value]), negated: p.op === '<>' };
  }
  if (p.kind === 'in' && Array.isArray(p.values)) {
    const column = nameOf(p.arg);
    const values = (p.values as readonly Scalar[]).map(constant);
    return column === undefined || values.includes(undefined) ? undefined : { column, values: new Set(values as string[]), negated: p.negated };
  }
  if (p.kind !== 'or') return undefined;
  const parts = p.args.map(valuesOf);
  const [first] = parts;
  if (first === undefined || parts.some((v) => v === undefined || v.negated || v.column !== first.column)) return undefined;
  return { column: first.column, values: new Set(parts.flatMap((v) => [...v!.values])), negated: false };
}

function nameOf(s: Scalar): string | undefined {
  return s.kind === 'column' ? `${s.source.alias}.${s.path.join('.')}`.toLowerCase() : undefined;
}

function constant(s: Scalar): string | undefined {
  return s.kind === 'text' ? `t${s.value}` : s.kind === 'boolean' || s.kind === 'number' ? `${s.kind}${s.value}` : undefined;
}

function said(p: Predicate): string {
  return english(query({ alias: 'rows' , text: '' }, { where: [p] })).replace(/^.*?, where /, '');
}
