/** What the user may do, and how to give it less: a user that can't write needs no trust. */

import type { Health } from '../contract.js';
import type { Settings } from './settings.js';
import { ask, run, type MysqlSnapshot } from './transaction.js';

/** Privileges that change nothing that is stored. */
const harmless = new Set(['SELECT', 'USAGE', 'SHOW VIEW', 'SHOW DATABASES', 'PROCESS', 'REPLICATION CLIENT', 'BINLOG MONITOR', 'CONNECTION ADMIN', 'SHOW_ROUTINE']);

export async function health(snapshot: MysqlSnapshot, settings: Settings, signal: AbortSignal): Promise<Health> {
  const [who] = (await ask<{ version: string; user: string }>(snapshot, 'SELECT version() AS version, current_user() AS user', [], signal)) as [{ version: string; user: string }];
  const rows = (await snapshot.ask((connection) => run(connection, 'SHOW GRANTS'), signal)) as readonly Readonly<Record<string, string>>[];
  const grants = rows.map((row) => withoutHash(Object.values(row)[0] ?? ''));
  const canWrite = couldWrite(grants);
  const advice = canWrite === false ? [] : [`${who.user} ${canWrite ? 'could' : 'may be able to'} write; sign in as a user that only reads: ${advised(settings)}`];
  return { version: who.version, user: who.user, rights: grants, canWrite, advice };
}

/** MariaDB shows password hashes in its grants. */
function withoutHash(grant: string): string {
  return grant.replace(/ IDENTIFIED (BY|VIA|WITH) .*?(?= REQUIRE| WITH GRANT| WITH MAX|$)/i, '');
}

/** undefined when it hangs on roles whose rights the grants don't list. */
export function couldWrite(grants: readonly string[]): boolean | undefined {
  let hasRoles = false;
  for (const grant of grants) {
    const privileges = /^GRANT (.*?) ON /i.exec(grant)?.[1];
    if (privileges === undefined) {
      hasRoles ||= /^GRANT .* TO /i.test(grant);
      continue;
    }
    const names = privileges.replace(/\([^)]*\)/g, '').split(',').map((name) => name.trim().toUpperCase());
    if (names.some((name) => name !== '' && !harmless.has(name))) return true;
  }
  return hasRoles ? undefined : false;
}

function advised(settings: Settings): string {
  const databases = settings.databases?.map((name) => `\`${name.replaceAll('`', '``')}\`.*`) ?? ['*.*'];
  return [`CREATE USER 'aishell_reader'@'%' IDENTIFIED BY '...';`, ...databases.map((scope) => `GRANT SELECT, SHOW VIEW ON ${scope} TO 'aishell_reader'@'%';`)].join(' ');
}
