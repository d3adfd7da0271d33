/** Redis's errors as AishellErrors with what to do. */

import { AishellError, type ErrorCode } from '../contract.js';
import { cutFailure, messageOf, networkFailure, timeoutFailure } from '../sql/failures.js';
import type { Settings } from './settings.js';

type Place = Pick<Settings, 'service' | 'address' | 'user' | 'connectTimeoutMs'>;

/** By the first word of the server's error. */
const meanings: Readonly<Record<string, readonly [ErrorCode, (place: Place) => string]>> = {
  WRONGPASS: ['source.auth', ({ user }) => `Check user and password: it signed in as ${user}.`],
  NOAUTH: ['source.auth', () => 'The server asks for a password: set password, and user if it is not `default`.'],
  NOPERM: ['source.denied', ({ user }) => `Ask for: ACL SETUSER ${user} +@read +@connection ~* (or the keys that this service needs).`],
  LOADING: ['source.unreachable', () => 'The server is loading its data: try again in a moment.'],
  MASTERDOWN: ['source.unreachable', () => 'The replica has lost its master: try again, or connect to another.'],
  BUSY: ['source.timeout', () => 'A script keeps the server busy: try again when it is done.'],
  MOVED: ['source.failed', () => 'The server is part of a cluster, which is not supported yet: connect to one that is not.'],
};

export function failure(error: unknown, place: Place): AishellError {
  if (error instanceof AishellError) return error;
  const { service, address } = place;
  const message = messageOf(error);
  const details = { service, cause: error };
  const word = /^(?:ERR )?([A-Z]+)\b/.exec(message)?.[1] ?? '';
  const meaning = meanings[word];
  if (meaning) return new AishellError(meaning[0], `${service}: ${message}`, meaning[1](place), details);
  if (/AUTH|password|invalid username/i.test(message)) return new AishellError('source.auth', `${service}: ${message}`, meanings['WRONGPASS']![1](place), details);
  if (/DB index is out of range/.test(message)) return new AishellError('config', `${service}: ${message}`, 'Check `db` in the configuration.', details);
  if (/ETIMEDOUT/.test(message)) return timeoutFailure(service, address, place.connectTimeoutMs, error);
  const network = networkFailure(error, service, address);
  if (network) return network;
  if (/clos(?:e|ed|ing)\b|isn't writeable|ended|Protocol error|Parser|unexpected/i.test(message)) return cutFailure(service, message, error);
  return new AishellError('source.failed', `${service}: ${message}`, 'Look at the message; `aishell doctor` checks the connection and the rights.', details);
}
