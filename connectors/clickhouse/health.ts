/** What the user may do, and how to give it less. */

import type { Health } from '../contract.js';
import { rows, type Connection } from './client.js';

const writes = /\b(ALL|INSERT|ALTER|CREATE|DROP|TRUNCATE|OPTIMIZE|SYSTEM|DELETE|UPDATE)\b/;

export async function health(connection: Connection, signal: AbortSignal): Promise<Health> {
  const { settings, readonly, version } = connection;
  const granted = await rows<Record<string, string>>(connection, signal, 'SHOW GRANTS');
  const rights = granted.flatMap((row) => Object.values(row));
  const mode = readonly === 0 ? [] : [`readonly = ${readonly}: no statement of this user writes`];
  const couldWrite = readonly === 0 && rights.some((right) => writes.test(right));
  const database = settings.databases[0];
  const advice = couldWrite
    ? [`${settings.user} could write; sign in as a user that only reads: CREATE USER aishell_reader IDENTIFIED BY '...' SETTINGS readonly = 2; GRANT SELECT ON ${database}.* TO aishell_reader;`]
    : [];
  if (readonly === 1) {
    advice.push(`${settings.user} has readonly = 1, so no setting can be sent with a query and times may depend on the server's; readonly = 2 reads just as safely.`);
  }
  return { version, user: settings.user, rights: [...mode, ...rights], canWrite: couldWrite, advice };
}
