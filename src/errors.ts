/**
 * The one error class. Every failure that a user can meet is an AishellError: a stable code, who can mend it,
 * what happened, and what to do about it. Anything else that is thrown is a bug of ours (exit code 1).
 */

/** Who can mend it: the person at the prompt, the store (or the model), or the authors of aishell. */
export type ErrorKind = 'user' | 'source' | 'internal';

/** Exit codes of the command line, as promised in README. */
export const exitCodes = {
  ok: 0,
  internal: 1,
  usage: 2,
  notUnderstood: 3,
  partial: 4,
  source: 5,
  refused: 6,
  found: 10,
  cancelled: 130,
} as const;

/** code -> [kind, exit code]. A code names the fact, not the place where it was noticed. */
const codes = {
  'usage': ['user', exitCodes.usage],
  'config': ['user', exitCodes.usage],
  'sql.syntax': ['user', exitCodes.usage],
  'sql.unknown': ['user', exitCodes.usage],
  'sql.type': ['user', exitCodes.usage],
  'sql.refused': ['user', exitCodes.refused],
  'sql.failed': ['user', exitCodes.usage],
  'question.empty': ['user', exitCodes.usage],
  'question.not_understood': ['user', exitCodes.notUnderstood],
  'budget.rows': ['user', exitCodes.refused],
  'budget.bytes': ['user', exitCodes.refused],
  'budget.memory': ['user', exitCodes.refused],
  'budget.time': ['user', exitCodes.refused],
  'cancelled': ['user', exitCodes.cancelled],
  'source.unreachable': ['source', exitCodes.source],
  'source.auth': ['source', exitCodes.source],
  'source.denied': ['source', exitCodes.source],
  'source.cut': ['source', exitCodes.source],
  'source.timeout': ['source', exitCodes.source],
  'source.schema_changed': ['source', exitCodes.source],
  'source.value': ['source', exitCodes.source],
  // It holds what it computes with in another way than the statement means; asked for the rows alone it may have an answer.
  'source.inexact': ['source', exitCodes.source],
  'source.failed': ['source', exitCodes.source],
  'model.failed': ['source', exitCodes.source],
  'internal': ['internal', exitCodes.internal],
} as const satisfies Record<string, readonly [ErrorKind, number]>;

export type ErrorCode = keyof typeof codes;

export interface ErrorDetails {
  /** The service it happened at, when there is one. */
  readonly service?: string;
  readonly cause?: unknown;
  /** Machine-readable extras for `--format json`; never a secret, never a row value. */
  readonly data?: Readonly<Record<string, unknown>>;
}

export class AishellError extends Error {
  override readonly name = 'AishellError';
  readonly kind: ErrorKind;
  readonly exitCode: number;
  readonly service: string | undefined;
  readonly data: Readonly<Record<string, unknown>> | undefined;

  /**
   * @param code what it is
   * @param message what happened, one sentence without a stack, a secret or a control character
   * @param remedy what the reader can do now
   */
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly remedy: string,
    details: ErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    [this.kind, this.exitCode] = codes[code];
    this.service = details.service;
    this.data = details.data;
  }
}
