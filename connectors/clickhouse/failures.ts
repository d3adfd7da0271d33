/** ClickHouse's error codes as AishellErrors with what to do. */

import { ClickHouseError } from '@clickhouse/client';
import { AishellError, type ErrorCode } from '../contract.js';
import { cancelled, cutFailure, messageOf, networkFailure } from '../sql/failures.js';
import type { Settings } from './options.js';

const refresh = ['source.schema_changed', 'The catalogue is out of date: run `aishell schema --refresh`.'] as const;
const signIn = ['source.auth', 'Check user and password in the configuration.'] as const;
const denied = ['source.denied', 'Ask an administrator for: GRANT SELECT ON database.* TO the user.'] as const;
const limited = ['source.timeout', 'A limit of the server stopped the query: ask for less, or have the limit raised.'] as const;

const meanings: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  '16': refresh, '47': refresh, '60': refresh, '81': refresh,
  '36': ['source.failed', 'Look at the message; the server did not accept a setting or an argument.'],
  '164': denied, '497': denied,
  '192': signIn, '193': signIn, '194': signIn, '516': signIn,
  '159': limited, '158': limited, '307': limited, '396': limited, '241': limited, '202': limited,
  '394': ['source.cut', 'Somebody stopped the query on the server. Run it again.'],
};

export function failure(error: unknown, service: string, settings: Settings, signal: AbortSignal): AishellError {
  if (signal.aborted) return cancelled(signal, service);
  if (error instanceof AishellError) return error;
  const message = messageOf(error);
  if (error instanceof ClickHouseError) {
    const [code, remedy] = meanings[error.code] ?? (['source.failed', 'Look at the message; `aishell doctor` checks the connection and the rights.'] as const);
    return new AishellError(code, `${service}: ${message}`, remedy, { service, cause: error });
  }
  const network = networkFailure(error, service, settings.address);
  if (network) return network;
  if (/socket hang up|aborted|premature|terminated/i.test(message)) return cutFailure(service, message, error);
  if (/^Parse Error|Expected HTTP|invalid/i.test(message)) {
    return new AishellError('source.unreachable', `${service}: ${settings.address} does not speak ClickHouse's HTTP protocol`, "Set the port of ClickHouse's HTTP interface (8123, or 8443 with TLS), not that of its native protocol.", { service, cause: error });
  }
  return new AishellError('source.failed', `${service}: ${message}`, 'Look at the message; `aishell doctor` checks the connection and the rights.', { service, cause: error });
}
