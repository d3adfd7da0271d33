/** The driver's and the server's errors as AishellErrors with what to do. */

import { AishellError, type ErrorCode } from '../contract.js';
import { codeOf, cutFailure, messageOf, networkFailure, timeoutFailure } from '../sql/failures.js';
import type { Settings } from './settings.js';

type Place = Pick<Settings, 'service' | 'address' | 'user' | 'connectTimeoutMs'>;

interface Meaning {
  readonly code: ErrorCode;
  readonly remedy: (place: Place) => string;
}

const signIn: Meaning = {
  code: 'source.auth',
  remedy: ({ user }) => (user === '' ? 'The server asks for a user and a password: set them.' : `Check user, password and authSource: it signed in as ${user}.`),
};
const denied: Meaning = {
  code: 'source.denied',
  remedy: ({ user, address }) => `Give ${user === '' ? 'the user' : user} the role "read" on the database of ${address}.`,
};
const lost: Meaning = { code: 'source.cut', remedy: () => 'Run it again; if it happens again, look at the server\'s log.' };
const stopped: Meaning = { code: 'source.timeout', remedy: () => 'Ask for less, add an index for the filter, or raise the timeout.' };

/** By the server's error code. */
const meanings: Readonly<Record<number, Meaning>> = {
  11: signIn,
  18: signIn,
  13: denied,
  8000: signIn,
  43: lost,
  50: stopped,
  91: lost,
  136: lost,
  189: lost,
  239: { code: 'source.failed', remedy: () => 'The statement outlived the history that the server keeps for snapshots. Ask for less, or raise minSnapshotHistoryWindowInSeconds.' },
  237: lost,
  11600: lost,
  11601: stopped,
  11602: lost,
  10107: lost,
  13435: lost,
};

export function failure(error: unknown, place: Place): AishellError {
  if (error instanceof AishellError) return error;
  const { service } = place;
  const details = { service, cause: error };
  const number = serverCode(error);
  const meaning = number === undefined ? undefined : meanings[number];
  if (meaning) return new AishellError(meaning.code, `${service}: ${messageOf(error)}`, meaning.remedy(place), details);
  if (error instanceof RangeError) return cutFailure(service, `a malformed document: ${error.message}`, error);
  for (const inner of causes(error)) {
    const network = networkFailure(inner, service, place.address);
    if (network) return network;
    const innerNumber = serverCode(inner);
    if (innerNumber !== undefined && meanings[innerNumber]) return failure(inner, place);
  }
  const name = error instanceof Error ? error.name : '';
  const message = messageOf(error);
  if (/ServerSelection|NetworkTimeout/.test(name) && /timed out|timeout/i.test(message) && !/ECONNREFUSED/.test(message)) {
    return timeoutFailure(service, place.address, place.connectTimeoutMs, error);
  }
  if (/ServerSelection|TopologyClosed/.test(name)) {
    return new AishellError('source.unreachable', `${service}: ${place.address} can't be reached (${message})`, 'Check that the server runs, and url, host, port, replicaSet and tls in the configuration.', details);
  }
  if (/Network|UnexpectedServerResponse|ParseError|PoolCleared|BSON/.test(name)) return cutFailure(service, message, error);
  if (/Parse|InvalidArgument|MissingCredentials|MissingDependency/.test(name) && codeOf(error) === '') {
    return new AishellError('config', `${service}: ${message}`, 'Correct the url and the fields of this service.', details);
  }
  return new AishellError('source.failed', `${service}: ${message}`, 'Look at the message; `aishell doctor` checks the connection and the rights.', details);
}

function serverCode(error: unknown): number | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'number' ? error.code : undefined;
}

/** The error, its causes, and what the driver learned of each server it tried. */
function* causes(error: unknown, depth = 0): Generator {
  if (typeof error !== 'object' || error === null || depth > 5) return;
  yield error;
  if ('cause' in error) yield* causes(error.cause, depth + 1);
  if ('reason' in error && typeof error.reason === 'object' && error.reason !== null && 'servers' in error.reason && error.reason.servers instanceof Map) {
    for (const server of error.reason.servers.values()) yield* causes((server as { error?: unknown }).error, depth + 1);
  }
}
