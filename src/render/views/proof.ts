/** Where the rows came from: one line a fragment, or with -v everything that is known of it. */

import type { FragmentReport, MissingSource } from '../../answer/contract.js';
import { count, duration, rows, size } from '../amounts.js';
import type { Block } from '../blocks.js';
import { code, fact } from '../blocks.js';
import { plainJson } from '../json.js';

type Coverage = NonNullable<FragmentReport['coverage']>[number];

export function proofBlocks(fragments: readonly FragmentReport[], verbose: boolean): Block[] {
  if (fragments.length === 0) return [];
  if (verbose) return fragments.flatMap(detailed);
  const lines = fragments.map(({ service, rows: n, bytes, ms, native }) => [service, rows(n), size(bytes), duration(ms), native]);
  return [{ kind: 'aligned', lines }];
}

function detailed(fragment: FragmentReport): Block[] {
  const { id, service, native, params, pushed, kept, consistency, readAt, proof, coverage } = fragment;
  const amounts = `${rows(fragment.rows)}, ${size(fragment.bytes)}, ${duration(fragment.ms)}`;
  return [
    { kind: 'heading', level: 2, text: `${id} ${service}: ${amounts}` },
    code(native),
    ...(params.length > 0 ? [fact('params', plainJson(params))] : []),
    ...pushed.map((what) => fact('pushed', what)),
    ...kept.map((what) => fact('kept', what)),
    fact('read', `${readAt}, ${consistency}; ${proof}`),
    ...coverageFacts(coverage),
  ];
}

export function coverageFacts(coverage: FragmentReport['coverage']): Block[] {
  return (coverage ?? []).map((part) => {
    const { partition, from, to, messages, reachedEnd, bound, unit } = part;
    return fact('looked at', `${partition} from ${unit === 'bytes' ? 'byte ' : unit === 'rows' ? 'row ' : ''}${from} to ${to}${unit === undefined ? `, ${count(messages)} messages` : ''}${reachedEnd ? ', to the end' : ''} (${bound})${isolation([part])}`);
  });
}

/** Which messages were let through, in words with what stands before them; empty where the store knows no transactions. */
export function isolation(parts: readonly Coverage[]): string {
  const levels = [...new Set(parts.flatMap((part) => part.isolation ?? []))];
  if (levels.length === 0) return '';
  const sum = (of: (part: Coverage) => number | undefined) => parts.reduce((total, part) => total + (of(part) ?? 0), 0);
  const [aborted, undecided, removed] = [sum((part) => part.aborted), sum((part) => part.undecided), sum((part) => part.removed)];
  return `; ${levels.join(', ')}: aborted messages left out (${aborted === 0 ? 'there were none' : count(aborted)})${removed === 0 ? '' : `, ${count(removed)} ${removed === 1 ? 'offset holds' : 'offsets hold'} no message any more: compaction removed ${removed === 1 ? 'it' : 'them'}`}${undecided === 0 ? '' : `, ${count(undecided)} ${undecided === 1 ? 'offset' : 'offsets'} at the end not read: a transaction is open there`}`;
}

export function missingBlocks(missing: readonly MissingSource[]): Block[] {
  // A source's message begins with its service.
  return missing.map(({ service, reason, remedy }) => fact('missing', `${reason.startsWith(`${service}: `) ? '' : `${service}: `}${reason}${/[.!?]$/.test(reason) ? '' : '.'} ${remedy}`, 'error'));
}

export function warningBlocks(warnings: readonly string[]): Block[] {
  return warnings.map((warning) => fact('warning', warning, 'warning'));
}
