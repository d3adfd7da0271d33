/** Response codes of the stream protocol, and what to do about each. */

import { AishellError, type ErrorCode } from '../../contract.js';

export const responseCodes = { ok: 1, noStream: 2, notAvailable: 6, noOffset: 19 } as const;

const names: Readonly<Record<number, readonly [name: string, code: ErrorCode, remedy: string]>> = {
  2: ['the stream does not exist', 'source.schema_changed', 'The catalogue is out of date: run `aishell schema --refresh`.'],
  6: ['the stream is not available', 'source.unreachable', 'No node with a replica answers now. Run it again in a moment.'],
  7: ['the sign-in mechanism is not supported', 'source.auth', 'The server must allow PLAIN (auth_mechanisms).'],
  8: ['the sign-in failed', 'source.auth', 'Check user and password.'],
  9: ['the sign-in failed', 'source.auth', 'Check user and password.'],
  10: ['the sign-in is in the wrong order', 'source.auth', 'Is that the port of the stream plugin?'],
  11: ['the user may not sign in from here', 'source.auth', 'The user guest may sign in from the server itself only.'],
  12: ['the virtual host may not be opened', 'source.denied', 'Check vhost, and give the user a permission on it: rabbitmqctl set_permissions.'],
  13: ['an unknown frame', 'source.failed', 'Is that the port of the stream plugin, of RabbitMQ 3.9 or newer?'],
  14: ['a frame that is too large', 'source.failed', 'Look at stream.frame_max of the server.'],
  15: ['an internal error of the server', 'source.failed', "Look at the server's log."],
  16: ['access refused', 'source.denied', 'Give the user the permission to read the stream: rabbitmqctl set_permissions.'],
  17: ['a precondition failed', 'source.failed', "Look at the server's log."],
};

export function streamFailure(service: string, code: number, where: string): AishellError {
  const [what, error, remedy] = names[code] ?? [`response code ${code}`, 'source.failed' as const, "Look up the code in the stream protocol and at the server's log."];
  return new AishellError(error, `${service}: ${where}: ${what}`, remedy, { service });
}
