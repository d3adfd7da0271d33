/**
 * A person's word on a link, written into `links:` of aishell.yaml. Only the lines of that entry change: comments,
 * order, quotes and blank lines of the rest stay byte for byte as they are.
 */

import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { YAMLMap, YAMLSeq } from 'yaml';
import { AishellError } from '../errors.js';
import type { LinkDecision } from './contract.js';
import { rewrite } from './rewrite.js';

/** Replaces what the file says of the link, or adds it. */
export async function writeLinkDecisions(path: string, decisions: readonly LinkDecision[]): Promise<void> {
  const edited = (text: string) => decisions.reduce((before, decision) => withDecision(before, decision, path), text);
  await rewrite(path, edited, `add under links: ${entryText(decisions[0]!)}`);
}

/** @internal for tests */
export function withDecision(text: string, decision: LinkDecision, path: string): string {
  const edited = edit(text, decision);
  const before = linksIn(text).filter((entry) => !isSame(entry, decision));
  const after = linksIn(edited);
  const whole = JSON.stringify([...before, decision].map(keyOf).sort()) === JSON.stringify(after.map(keyOf).sort());
  if (!whole) {
    throw new AishellError('config', `${path}: its \`links:\` are written in a way that can't be edited without rewriting more than them`, `Add it by hand: - ${entryText(decision)}`);
  }
  return edited;
}

function edit(text: string, decision: LinkDecision): string {
  const document = parseDocument(text);
  const root = document.contents;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const entry = entryText(decision);
  const pair = isMap(root) ? root.items.find(({ key }) => isScalar(key) && key.value === 'links') : undefined;
  const links = pair?.value;
  if (isSeq(links) && links.items.length > 0) {
    const existing = (links.items as readonly unknown[]).find((item): item is YAMLMap => isMap(item) && isSame(item.toJSON() as LinkDecision, decision));
    if (existing !== undefined) return redecide(text, existing, decision, newline);
    return links.flow === true ? splice(text, links.range![1] - 1, links.range![1] - 1, `, ${entry}`) : append(text, links as YAMLSeq, entry, newline);
  }
  const head = text.endsWith('\n') || text === '' ? text : `${text}${newline}`;
  if (pair === undefined) return `${head}links:${newline}  - ${entry}${newline}`;
  // `links:` with nothing behind it, or an empty list.
  const key = (pair.key as { range: [number, number, number] }).range;
  const colon = text.indexOf(':', key[1]) + 1;
  const end = isSeq(links) ? links.range![1] : colon;
  return splice(text, colon, end, `${newline}  - ${entry}`);
}

/** Changes an entry's decision and leaves the comments in it alone. */
function redecide(text: string, entry: YAMLMap, { decision }: LinkDecision, newline: string): string {
  const old = entry.items.find(({ key }) => isScalar(key) && key.value === 'decision')?.value;
  if (isScalar(old) && old.range) return splice(text, old.range[0], old.range[1], decision);
  if (decision === 'confirmed') return text;
  const [start, end] = entry.range!;
  if (entry.flow === true) {
    const content = start + text.slice(start, end - 1).trimEnd().length;
    return splice(text, content, content, ', decision: rejected');
  }
  const last = (entry.items.at(-1)!.value as { range: [number, number, number] }).range[1];
  const lineEnd = /\r?\n|$/.exec(text.slice(last))!.index + last;
  return splice(text, lineEnd, lineEnd, `${newline}${' '.repeat(start - text.lastIndexOf('\n', start) - 1)}decision: rejected`);
}

/** A new line behind the last entry, indented as the first one is. */
function append(text: string, links: YAMLSeq, entry: string, newline: string): string {
  const [first, last] = [links.items[0], links.items.at(-1)] as { range: [number, number, number] }[];
  const dash = text.lastIndexOf('-', first!.range[0]);
  const indent = text.slice(text.lastIndexOf('\n', dash) + 1, dash);
  const content = text.slice(0, last!.range[1]).trimEnd().length;
  const lineEnd = text.indexOf('\n', content);
  const at = lineEnd === -1 ? text.length : text[lineEnd - 1] === '\r' ? lineEnd - 1 : lineEnd;
  return splice(text, at, at, `${newline}${indent}- ${entry}`);
}

function splice(text: string, start: number, end: number, insert: string): string {
  return text.slice(0, start) + insert + text.slice(end);
}

function linksIn(text: string): LinkDecision[] {
  const document = parseDocument(text);
  const value = document.errors.length > 0 ? undefined : (document.toJS() as { links?: LinkDecision[] | null } | null);
  return (value?.links ?? []).map(({ from, to, decision }) => ({ from, to, decision: decision ?? 'confirmed' }));
}

function entryText({ from, to, decision }: LinkDecision): string {
  const scalar = (word: string) => (/^[A-Za-z_][\w.-]*$/.test(word) ? word : JSON.stringify(word));
  return `{ from: ${scalar(from)}, to: ${scalar(to)}${decision === 'rejected' ? ', decision: rejected' : ''} }`;
}

function isSame(a: Pick<LinkDecision, 'from' | 'to'>, b: LinkDecision): boolean {
  return String(a.from).toLowerCase() === b.from.toLowerCase() && String(a.to).toLowerCase() === b.to.toLowerCase();
}

const keyOf = ({ from, to, decision }: LinkDecision): string => `${from} ${to} ${decision}`.toLowerCase();
