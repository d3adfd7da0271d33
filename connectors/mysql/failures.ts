/** Errors of MySQL and MariaDB as AishellErrors with what to do. */

import { AishellError, type ErrorCode } from '../contract.js';
import { codeOf, cutFailure, messageOf, networkFailure, timeoutFailure, type Place } from '../sql/failures.js';

interface Meaning {
  readonly code: ErrorCode;
  readonly remedy: (place: Place) => string;
}

const refresh: Meaning = { code: 'source.schema_changed', remedy: () => 'The catalogue is out of date: run `aishell schema --refresh`.' };
const signIn: Meaning = { code: 'source.auth', remedy: ({ user }) => `Check user and password: it signed in as ${user}.` };
const denied: Meaning = { code: 'source.denied', remedy: ({ user }) => `Ask an administrator for: GRANT SELECT ON ... TO '${user}';` };
const lost: Meaning = { code: 'source.cut', remedy: () => 'The server ended the connection. Run it again; if it happens again, look at the server\'s log.' };
const value: Meaning = { code: 'source.value', remedy: () => 'A value in the store can\'t be read as its column says; leave the column out or look at its rows.' };

/** By error number. */
const meanings: Readonly<Record<number, Meaning>> = {
  1045: signIn,
  1698: signIn,
  1251: signIn,
  1820: signIn,
  3118: signIn,
  1044: denied,
  1142: denied,
  1143: denied,
  1227: denied,
  1370: denied,
  1049: { code: 'source.failed', remedy: () => 'Check `database` in the configuration.' },
  1054: refresh,
  1051: refresh,
  1146: refresh,
  1356: refresh,
  1040: { code: 'source.unreachable', remedy: () => 'The server accepts no more connections now: try again, or raise its max_connections.' },
  1129: { code: 'source.unreachable', remedy: () => 'The server has blocked this host after failed connections; an administrator can FLUSH HOSTS.' },
  1053: lost,
  1152: lost,
  1158: lost,
  1160: lost,
  1317: { code: 'source.timeout', remedy: () => 'Somebody stopped the query on the server (KILL). Run it again.' },
  3024: { code: 'source.timeout', remedy: () => 'The query ran longer than the server\'s max_execution_time. Ask for less, or raise it.' },
  1969: { code: 'source.timeout', remedy: () => 'The query ran longer than the server\'s max_statement_time. Ask for less, or raise it.' },
  1264: value,
  1292: value,
  1366: value,
  1690: value,
};

export function failure(error: unknown, place: Place): AishellError {
  if (error instanceof AishellError) return error;
  const { service } = place;
  const message = messageOf(error);
  const number = typeof error === 'object' && error !== null && 'errno' in error ? Number(error.errno) : 0;
  const meaning = meanings[number];
  if (meaning) return new AishellError(meaning.code, `${service}: ${message}`, meaning.remedy(place), { service, cause: error });
  const code = codeOf(error);
  if (code === 'ETIMEDOUT' && /connect ETIMEDOUT$/.test(message)) return timeoutFailure(service, place.address, place.connectTimeoutMs, error);
  if (code === 'HANDSHAKE_NO_SSL_SUPPORT') {
    return new AishellError('source.unreachable', `${service}: ${place.address} does not speak TLS`, 'Remove tls, or turn TLS on in the server.', { service, cause: error });
  }
  if (/ERR_TLS_CERT_ALTNAME_INVALID|certificate|self.signed/i.test(`${code} ${message}`)) {
    return new AishellError('source.unreachable', `${service}: the certificate of ${place.address} was not accepted (${message})`, 'Set tls.ca to the authority that signed it, and tls.servername if it names another host.', { service, cause: error });
  }
  const network = networkFailure(error, service, place.address);
  if (network) return network;
  if (code.startsWith('PROTOCOL_') || error instanceof RangeError || /closed state|packet/i.test(message)) return cutFailure(service, message, error);
  return new AishellError('source.failed', `${service}: ${message}`, 'Look at the message; `aishell doctor` checks the connection and the rights.', { service, cause: error });
}
