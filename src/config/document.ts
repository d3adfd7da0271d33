/** One YAML file with positions: values by path, and problems that name line and column. */

import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, Node, ParsedNode } from 'yaml';
import { AishellError } from '../errors.js';

export type Path = readonly (string | number)[];

export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** What is wrong, without the position. */
  readonly message: string;
  readonly fix: string;
}

/** The configuration error for one or several problems; the first one speaks, all are in data. */
export function problemError(problems: readonly Problem[]): AishellError {
  const sorted = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
  const first = sorted[0]!;
  const more = sorted.length > 1 ? ` (and ${sorted.length - 1} more)` : '';
  return new AishellError('config', `${first.file}:${first.line}:${first.column}: ${first.message}${more}`, first.fix, {
    data: { problems: sorted },
  });
}

export class ConfigDocument {
  readonly #lines = new LineCounter();
  readonly #doc: Document.Parsed<ParsedNode>;
  readonly value: unknown;

  constructor(readonly file: string, readonly text: string) {
    this.#doc = parseDocument(text, { lineCounter: this.#lines, merge: true, prettyErrors: false });
    const errors = this.#doc.errors.map((error) => this.#syntaxProblem(error.code, error.message, error.pos[0]));
    if (errors.length > 0) throw problemError(errors);
    try {
      this.value = this.#doc.toJS({ maxAliasCount: 100 }) as unknown;
    } catch (error) {
      throw problemError([{ ...this.#at(0), message: (error as Error).message, fix: 'Remove or mend the alias.' }]);
    }
  }

  /** A problem at a value, or at the key under that path when `key` is given. */
  problem(path: Path, message: string, fix: string, key?: string): Problem {
    return { ...this.#at(this.#offset(path, key)), message, fix };
  }

  /** The text of a scalar as written: 0123 and 1e3 and yes are not what a parsed number says. */
  source(path: Path): string | undefined {
    const node = this.#node(path);
    return isScalar(node) && typeof node.source === 'string' ? node.source : undefined;
  }

  #at(offset: number): Pick<Problem, 'file' | 'line' | 'column'> {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.file, line: Math.max(1, line), column: Math.max(1, col) };
  }

  #resolve(node: unknown): unknown {
    return isAlias(node) ? node.resolve(this.#doc) : node;
  }

  #node(path: Path): Node | undefined {
    let node: unknown = this.#doc.contents;
    for (const step of path) {
      node = this.#resolve(node);
      if (isMap(node)) node = node.get(String(step), true) ?? (typeof step === 'number' ? node.get(step, true) : undefined);
      else if (isSeq(node)) node = node.get(step, true);
      else return undefined;
    }
    return (this.#resolve(node) ?? undefined) as Node | undefined;
  }

  #offset(path: Path, key: string | undefined): number {
    const node = this.#node(path);
    if (key !== undefined && isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
      if (pair !== undefined && isScalar(pair.key) && pair.key.range) return pair.key.range[0];
    }
    if (node?.range) return node.range[0];
    const parent = path.slice(0, -1);
    return path.length === 0 ? 0 : this.#offset(parent, String(path.at(-1)));
  }

  #syntaxProblem(code: string, message: string, offset: number): Problem {
    const at = this.#at(offset);
    if (code === 'DUPLICATE_KEY') {
      const key = /^\s*["']?([^"':\s]+)/.exec(this.text.slice(offset))?.[1] ?? 'this key';
      return { ...at, message: `${key} is declared twice`, fix: `Rename or remove one of the two: names in one block must differ.` };
    }
    const hint =
      code === 'TAB_AS_INDENT' ? 'Indent with spaces: YAML allows no tabs there.'
      : code === 'MULTIPLE_DOCS' ? 'Keep one document: remove the --- line in the middle.'
      : 'Mend the YAML at this place: indentation with spaces, `name: value` pairs, quotes closed.';
    return { ...at, message: `this is not valid YAML: ${message.replace(/\s+/g, ' ')}`, fix: hint };
  }
}
