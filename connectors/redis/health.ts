/** Who signed in, what that user may do, and whether it could write. */

import { AishellError, type Health } from '../contract.js';
import { readCommands, type ReadOnlyClient, type Reply } from './client.js';

/** Categories with no command in them that changes a key. */
const harmless = new Set(['@read', '@connection', '@slow-read']);
const connection = new Set(['auth', 'hello', 'ping', 'echo', 'select', 'quit', 'reset', 'info', 'command', 'dbsize', 'time']);
const reading = new Set([...readCommands].map((command) => command.toLowerCase().replace(' ', '|')));

export async function health(client: ReadOnlyClient, signal: AbortSignal): Promise<Health> {
  const version = await serverVersion(client, signal);
  const user = await client.one(['ACL', 'WHOAMI'], signal).then(String, (error: unknown) => unlessDenied(error, client.settings.user));
  const rules = await client.one(['ACL', 'GETUSER', user], signal).then(rulesOf, (error: unknown) => unlessDenied(error, undefined));
  const canWrite = rules && rules.some(mayWrite);
  const advice = [
    ...(canWrite === true ? [`This user could write: ACL SETUSER reader on >PASSWORD ~* -@all +@read +@connection +info +acl|whoami +acl|getuser makes one that can't.`] : []),
    ...(canWrite === undefined ? [`Whether ${user} could write is not known: allow it to see its own rules with ACL SETUSER ${user} +acl|whoami +acl|getuser.`] : []),
    ...(user === 'default' ? ['This service signs in as the user named default; a user of its own can be given fewer rights.'] : []),
  ];
  return { version, user, rights: rules?.map(({ commands, keys }) => `${commands} ${keys}`.trim()) ?? [], canWrite, advice };
}

export async function serverVersion(client: ReadOnlyClient, signal: AbortSignal): Promise<string> {
  const info = await client.one(['INFO', 'server'], signal).then(String, (error: unknown) => unlessDenied(error, ''));
  return /^(?:redis|valkey)_version:(\S+)/m.exec(info)?.[1] ?? 'unknown';
}

interface Rules {
  readonly commands: string;
  readonly keys: string;
}

/** The user's own rules and those of its selectors, each of which can grant. */
function rulesOf(reply: Reply): Rules[] {
  const entries = new Map<string, Reply>();
  const list = reply as readonly Reply[];
  for (let i = 0; i + 1 < list.length; i += 2) entries.set(String(list[i]), list[i + 1]!);
  const text = (name: string) => {
    const value = entries.get(name);
    return Array.isArray(value) ? value.map(String).join(' ') : String(value ?? '');
  };
  const selectors = entries.get('selectors');
  return [{ commands: text('commands'), keys: text('keys') }, ...(Array.isArray(selectors) ? selectors.flatMap((selector: Reply) => rulesOf(selector)) : [])];
}

/** Rules are applied from left to right. */
function mayWrite({ commands, keys }: Rules): boolean {
  const patterns = keys.split(' ').filter((pattern) => pattern !== '');
  // Without keys that may be written (`%R~` is for reading), no command can write any.
  if (patterns.length === 0 || patterns.every((pattern) => pattern.startsWith('%R~'))) return false;
  let writes = false;
  for (const rule of commands.split(' ')) {
    const name = rule.slice(1);
    if (rule === '-@all' || rule === '-@write') writes = false;
    else if (rule.startsWith('+') && !harmless.has(name) && !reading.has(name) && !connection.has(name.split('|')[0]!)) writes = true;
  }
  return writes;
}

function unlessDenied<T>(error: unknown, otherwise: T): T {
  if (error instanceof AishellError && (error.code === 'source.denied' || /unknown command/i.test(error.message))) return otherwise;
  throw error;
}
