/**
 * Adds a confirmed example to `examples:` of aishell.yaml. Only lines are added: comments, order, quotes and blank
 * lines of the rest stay byte for byte as they are, so that a review shows the example and nothing else.
 */

import { isMap, isScalar, isSeq, parseDocument, stringify } from 'yaml';
import { AishellError } from '../errors.js';
import type { ConfirmedExample } from './contract.js';
import { rewrite } from './rewrite.js';

export async function addExample(path: string, example: ConfirmedExample): Promise<void> {
  await rewrite(path, (text) => withExample(text, example, path), `add under examples:\n${entryText(example, '  ')}`);
}

/** @internal for tests */
export function withExample(text: string, example: ConfirmedExample, path: string): string {
  const edited = edit(text, example);
  // What the file says besides is what it said before.
  const [before, after] = [valueOf(text), valueOf(edited)];
  const wanted = { ...before, examples: [...((before['examples'] ?? []) as unknown[]), escaped(example)] };
  if (JSON.stringify(sorted(after)) === JSON.stringify(sorted(wanted))) return edited;
  throw new AishellError('config', `${path}: its \`examples:\` are written in a way that can't be added to without rewriting more than them`, `Add it by hand:\n${entryText(example, '  ')}`);
}

function edit(text: string, example: ConfirmedExample): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const entry = (indent: string) => entryText(example, indent).replaceAll('\n', newline);
  const root = parseDocument(text).contents;
  const pair = isMap(root) ? root.items.find(({ key }) => isScalar(key) && key.value === 'examples') : undefined;
  const head = text.endsWith('\n') || text === '' ? text : `${text}${newline}`;
  if (pair === undefined) return `${head}examples:${newline}${entry('  ')}${newline}`;
  const list = pair.value;
  const after = (offset: number, inserted: string) => {
    const at = /\r?\n|$/.exec(text.slice(offset))!.index + offset;
    return `${text.slice(0, at)}${newline}${inserted}${text.slice(at)}`;
  };
  if (isSeq(list) && list.flow !== true && list.items.length > 0) {
    const [first, last] = [list.items[0], list.items.at(-1)] as { range: [number, number, number] }[];
    const dash = text.lastIndexOf('-', first!.range[0]);
    const content = text.slice(0, last!.range[1]).trimEnd().length;
    return after(content, entry(text.slice(text.lastIndexOf('\n', dash) + 1, dash)));
  }
  if (isSeq(list) && list.items.length > 0) return text;
  // `examples:` with nothing behind it, or an empty list.
  const colon = text.indexOf(':', (pair.key as { range: [number, number, number] }).range[1]) + 1;
  const rest = isSeq(list) ? text.slice(list.range![1]) : text.slice(colon);
  // A comment behind it stays on its line.
  const end = /\r?\n|$/.exec(rest)!.index;
  return `${text.slice(0, colon)}${rest.slice(0, end)}${newline}${entry('  ')}${rest.slice(end)}`;
}

function entryText(example: ConfirmedExample, indent: string): string {
  const lines = stringify([escaped(example)], { lineWidth: 0 }).trimEnd().split('\n');
  return lines.map((line) => (line === '' ? line : indent + line)).join('\n');
}

/** A `${` of the text is no variable. */
function escaped({ question, sql }: ConfirmedExample): ConfirmedExample {
  return { question: question.replaceAll('${', () => '$${'), sql: sql.replaceAll('${', () => '$${') };
}

function valueOf(text: string): Record<string, unknown> {
  const document = parseDocument(text, { merge: true });
  return document.errors.length > 0 ? {} : ((document.toJS() ?? {}) as Record<string, unknown>);
}

function sorted(value: Record<string, unknown>): [string, unknown][] {
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
}
