/** What a dot command is, and what it may do to the prompt it was given at. */

import type { Answer, ChartRequest } from '../../answer/contract.js';
import { AishellError } from '../../errors.js';
import type { Block } from '../../render/blocks.js';
import type { Format } from '../../render/index.js';
import type { AskOptions, Session } from '../../session/contract.js';
import type { ArgumentKind } from '../complete/index.js';
import type { SavedQueries } from '../saved.js';
import type { Trail } from '../trail.js';

/** What was answered last. */
export interface Last {
  /** What was typed. */
  readonly input: string;
  readonly answer: Answer;
  /** `answer` holds all the rows that the answer has. */
  readonly whole: boolean;
  /** As which chart it was drawn last: what .save draws too. */
  readonly chart?: ChartRequest;
}

export interface Asked {
  readonly text: string;
  /** The statement that had been answered before it. */
  readonly previous: AskOptions['previous'];
}

export interface Prompt {
  session: Session;
  readonly ask: AskOptions;
  format: Format;
  verbose: boolean;
  /** A block a row: `.x`. */
  expanded: boolean;
  timing: boolean;
  pager: boolean;
  /** Rows in an answer; undefined: as configured. */
  limit: number | undefined;
  last: Last | undefined;
  /** The question that was asked last, while a number picks one of its readings. */
  question?: Asked | undefined;
  /** What was answered, for what goes on from it. */
  readonly trail: Trail;
  /** What was asked before, oldest first. */
  readonly history: readonly string[];
  readonly saved: SavedQueries;
  /** Opens the configuration anew and introspects every store. */
  reopen(): Promise<Session>;
  /** A file that appears whole or not at all. */
  openFile(path: string): Promise<OutputFile>;
  /** Prints above the prompt at once, while a command still runs. */
  print(text: string): void;
}

export interface OutputFile {
  write(chunk: string | Uint8Array): Promise<void>;
  commit(): Promise<void>;
  /** Leaves nothing behind. Harmless after commit. */
  discard(): Promise<void>;
}

/** What a terminal can show. */
export interface LiveLook {
  readonly color: boolean;
  readonly ascii: boolean;
  readonly width: number;
}

export type Outcome =
  | { readonly answer: Answer }
  | { readonly text: string }
  /** Paged where they are longer than the screen, unless they are to stay in sight. */
  | { readonly blocks: readonly Block[]; readonly stays?: true }
  /** Prints as it goes; what it resolves to is printed at its end. */
  | { readonly live: (look: LiveLook) => Promise<string> }
  | { readonly quit: true }
  /** Several lines of SQL, begun with this. */
  | { readonly sql: string }
  /** This text in the person's own editor, then in the line. */
  | { readonly edit: string }
  /** A question or a statement, as if it had been typed; again and again, so many times if that is said. */
  | { readonly input: string; readonly everyMs?: number; readonly times?: number }
  /** One after another, as if each had been typed, until one fails. */
  | { readonly inputs: readonly string[] };

export interface DotCommand {
  readonly name: string;
  readonly arguments: string;
  readonly summary: string;
  /** As they are typed, for `.help NAME`. */
  readonly examples: readonly string[];
  /** What Tab offers behind it; absent: nothing. */
  readonly completes?: ArgumentKind;
  /** Fixed words that it takes. */
  readonly words?: readonly string[];
  run(prompt: Prompt, rest: string): Promise<Outcome>;
}

/** Texts like `ord*`, whatever their case; `?` stands for one character. */
export const matching = (wanted: string): ((text: string) => boolean) => {
  const pattern = new RegExp(`^${wanted.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i');
  return (text) => pattern.test(text);
};

export const words = (rest: string): string[] => rest.split(/\s+/).filter((word) => word !== '');

export function needed(text: string, what: string): string {
  if (text !== '') return text;
  throw new AishellError('usage', `${what} is needed`, 'Write it behind the command.');
}

/** `on`, `off`, or nothing for the other one. */
export function switched(name: string, now: boolean, rest: string): boolean {
  if (rest === '') return !now;
  if (rest === 'on' || rest === 'off') return rest === 'on';
  throw new AishellError('usage', `.${name} takes on or off, and not ${rest}`, 'Without either it changes to the other.');
}
