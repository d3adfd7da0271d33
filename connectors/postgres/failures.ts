/** PostgreSQL's errors (SQLSTATE) as AishellErrors with what to do. */

import { AishellError, type ErrorCode } from '../contract.js';
import { codeOf, cutFailure, messageOf, networkFailure, timeoutFailure, type Place } from '../sql/failures.js';

interface Meaning {
  readonly code: ErrorCode;
  readonly remedy: (place: Place) => string;
}

const refresh: Meaning = { code: 'source.schema_changed', remedy: () => 'The catalogue is out of date: run `aishell schema --refresh`.' };
const signIn: Meaning = { code: 'source.auth', remedy: ({ user }) => `Check user and password: it signed in as ${user}.` };
const busy: Meaning = { code: 'source.unreachable', remedy: () => 'The server accepts no more connections now: try again, or raise its max_connections.' };
const down: Meaning = { code: 'source.unreachable', remedy: () => 'The server is starting or stopping: try again in a moment.' };

/** By SQLSTATE, or by its class of two characters. */
const meanings: Readonly<Record<string, Meaning>> = {
  '28': signIn,
  '3D': { code: 'source.failed', remedy: () => 'Check `database` in the configuration.' },
  '42501': { code: 'source.denied', remedy: ({ user }) => `Ask an owner for: GRANT USAGE ON SCHEMA ... TO "${user}"; GRANT SELECT ON ... TO "${user}";` },
  '42P01': refresh,
  '42703': refresh,
  '42704': refresh,
  '3F000': refresh,
  '42804': refresh,
  '42883': refresh,
  '57014': { code: 'source.timeout', remedy: () => 'The server stopped the query, by its statement_timeout or an administrator. Ask for less, or raise the timeout.' },
  '57P01': { code: 'source.cut', remedy: () => 'The server was shut down, or an administrator ended the connection. Run it again.' },
  '57P02': { code: 'source.cut', remedy: () => 'The server crashed. Run it again, and look at its log.' },
  '57P03': down,
  '53300': busy,
  '22': { code: 'source.value', remedy: () => 'A value in the store can\'t be read as its column says; leave the column out or look at its rows.' },
};

export function failure(error: unknown, place: Place): AishellError {
  if (error instanceof AishellError) return error;
  const { service } = place;
  const code = codeOf(error);
  const message = messageOf(error);
  if (/timeout expired|timeout exceeded|connection timeout/i.test(message)) return timeoutFailure(service, place.address, place.connectTimeoutMs, error);
  if (/password must be a string|no password/i.test(message)) {
    return new AishellError('source.auth', `${service}: ${place.address} asks for a password`, 'Set password, PGPASSWORD or a line in .pgpass.', { service, cause: error });
  }
  const meaning = meanings[code] ?? (code.length === 5 ? meanings[code.slice(0, 2)] : undefined);
  if (meaning) return new AishellError(meaning.code, `${service}: ${message}`, meaning.remedy(place), { service, cause: error });
  const network = networkFailure(error, service, place.address);
  if (network) return network;
  if (/Connection terminated|not queryable|protocol|not PostgreSQL|SSL connection/i.test(message)) {
    return /SSL connections/.test(message)
      ? new AishellError('source.unreachable', `${service}: ${place.address} does not speak TLS`, 'Remove tls (or set sslmode: disable), or turn TLS on in the server.', { service, cause: error })
      : cutFailure(service, message, error);
  }
  if (error instanceof RangeError) return cutFailure(service, 'a malformed row', error);
  return new AishellError('source.failed', `${service}: ${message}`, 'Look at the message; `aishell doctor` checks the connection and the rights.', { service, cause: error });
}
