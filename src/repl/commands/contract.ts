/** What a dot command is, and what it may do to the prompt it was given at. */

import type { Answer } from '../../answer/contract.js';
import { AishellError } from '../../errors.js';
import type { Format } from '../../render/index.js';
import type { AskOptions, Session } from '../../session/contract.js';
import type { ArgumentKind } from '../complete/index.js';

export interface Prompt {
  session: Session;
  readonly ask: AskOptions;
  format: Format;
  verbose: boolean;
  /** What was asked before, oldest first. */
  readonly history: readonly string[];
  /** Opens the configuration anew and introspects every store. */
  reopen(): Promise<Session>;
}

export type Outcome =
  | { readonly answer: Answer }
  | { readonly text: string }
  | { readonly quit: true }
  /** Several lines of SQL, begun with this. */
  | { readonly sql: string }
  /** This text in the person's own editor, then in the line. */
  | { readonly edit: string };

export interface DotCommand {
  readonly name: string;
  readonly arguments: string;
  readonly summary: string;
  /** What Tab offers behind it; absent: nothing. */
  readonly completes?: ArgumentKind;
  /** Fixed words that it takes. */
  readonly words?: readonly string[];
  run(prompt: Prompt, rest: string): Promise<Outcome>;
}

export const words = (rest: string): string[] => rest.split(/\s+/).filter((word) => word !== '');

export function needed(text: string, what: string): string {
  if (text !== '') return text;
  throw new AishellError('usage', `${what} is needed`, 'Write it behind the command.');
}
