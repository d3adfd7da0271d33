/** DuckDB's errors, which are texts that begin with a class, as AishellErrors. */

import { AishellError } from '../errors.js';

/** The statement was checked before it came here, so what fails now fails on values, on memory, or by our own fault. */
export function duckdbError(error: unknown, signal?: AbortSignal): AishellError {
  if (signal?.aborted && signal.reason instanceof AishellError) return signal.reason;
  if (error instanceof AishellError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const [kind = '', rest = text] = split(text);
  const message = firstParagraph(rest);
  if (signal?.aborted || kind === 'INTERRUPT') {
    return new AishellError('cancelled', 'The statement was cancelled.', 'Run it again when you are ready.', { cause: error });
  }
  switch (kind) {
    case 'Out of Memory':
      return new AishellError(
        'budget.memory',
        `The statement needs more memory than it may use: ${message}`,
        'Narrow it with filters or fewer columns, or raise `limits.memory` in the configuration.',
        { cause: error },
      );
    case 'Parser':
    case 'Syntax':
      return new AishellError('sql.syntax', message, 'Correct the statement; it is read in the dialect of DuckDB.', { cause: error });
    case 'Catalog':
      return new AishellError('sql.unknown', message, 'Run `aishell schema` to see the names that exist.', { cause: error });
    case 'Binder':
      return new AishellError('sql.type', message, 'Check the names and types in the statement; `aishell schema` shows them.', { cause: error });
    case 'Permission':
      return new AishellError('sql.refused', message, 'Statements read the services of the configuration and nothing else.', { cause: error });
    case 'Conversion':
    case 'Invalid Input':
    case 'Out of Range':
    case 'Mismatch Type':
    case 'Not implemented':
    case 'Constraint':
      return new AishellError('sql.failed', message, 'Change the expression that fails; try_cast gives NULL where a value does not convert.', {
        cause: error,
      });
    default:
      return new AishellError('internal', `DuckDB failed: ${message}`, 'Please report this with the statement and the output of `aishell doctor`.', {
        cause: error,
      });
  }
}

/** "Conversion Error: Could not ..." -> ["Conversion", "Could not ..."] */
function split(text: string): readonly string[] {
  const match = /^([A-Za-z ]+?) Error: ([\s\S]*)$/.exec(text);
  return match === null ? [] : [match[1] ?? '', match[2] ?? ''];
}

/** Without the excerpt of the statement that DuckDB appends. */
function firstParagraph(text: string): string {
  return text.split(/\n\s*\n/)[0]!.replace(/\s+/g, ' ').trim();
}
