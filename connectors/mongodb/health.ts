/** Who signed in, what that user may do, and whether it could write. */

import type { Db } from 'mongodb';
import type { Health } from '../contract.js';
import type { Settings } from './settings.js';

const maxTimeMS = 10_000;

const writing = /^(insert|update|remove|createCollection|createIndex|dropCollection|dropDatabase|dropIndex|renameCollection.*|collMod|convertToCapped|bypassDocumentValidation|anyAction|applyOps|restart|shutdown|grantRole|createUser|dropUser|changePassword|createRole)$/;
const writingRole = /^(readWrite.*|dbAdmin.*|dbOwner|userAdmin.*|clusterAdmin|clusterManager|hostManager|restore|root|__system|atlasAdmin)$/;

interface Status {
  readonly authInfo?: {
    readonly authenticatedUsers?: readonly { readonly user: string; readonly db: string }[];
    readonly authenticatedUserRoles?: readonly { readonly role: string; readonly db: string }[];
    readonly authenticatedUserPrivileges?: readonly { readonly actions?: readonly string[] }[];
  };
}

export async function health(db: Db, version: string, settings: Settings, signal: AbortSignal): Promise<Health> {
  const { authInfo = {} } = (await db.command({ connectionStatus: 1, showPrivileges: true, maxTimeMS }, { signal })) as Status;
  const user = authInfo.authenticatedUsers?.[0];
  if (user === undefined) {
    return {
      version,
      rights: ['everything: the connection is not signed in'],
      canWrite: true,
      advice: ['Turn on access control in the server, and give this service a user with the role "read" on its database.'],
    };
  }
  const roles = authInfo.authenticatedUserRoles ?? [];
  const actions = (authInfo.authenticatedUserPrivileges ?? []).flatMap((privilege) => privilege.actions ?? []);
  const canWrite = mayWrite(actions, roles);
  return {
    version,
    user: `${user.user}@${user.db}`,
    rights: roles.map(({ role, db: on }) => `${role} on ${on}`),
    canWrite,
    advice:
      canWrite === false ? [] : [`${canWrite ? 'This user could write' : 'Whether this user could write is not known'}: a user with the role "read" on ${settings.database} and no other is enough.`],
  };
}

function mayWrite(actions: readonly string[], roles: readonly { readonly role: string }[]): boolean | undefined {
  if (actions.some((action) => writing.test(action)) || roles.some(({ role }) => writingRole.test(role))) return true;
  // A server that tells no privileges leaves the roles; one made by hand says nothing by its name.
  return actions.length > 0 || roles.every(({ role }) => /^(read|readAnyDatabase|clusterMonitor)$/.test(role)) ? false : undefined;
}
