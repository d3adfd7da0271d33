/** The XDG base folders, so that configuration, caches and history lie where other programs keep theirs. */

import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

export type Env = Readonly<Record<string, string | undefined>>;

function base(env: Env, variable: string, fallback: string): string {
  const value = env[variable];
  // The specification says that a relative path in these variables is to be ignored.
  const root = value !== undefined && isAbsolute(value) ? value : join(env['HOME'] ?? homedir(), fallback);
  return join(root, 'aishell');
}

export const configHome = (env: Env): string => base(env, 'XDG_CONFIG_HOME', '.config');
export const cacheHome = (env: Env): string => base(env, 'XDG_CACHE_HOME', '.cache');
export const stateHome = (env: Env): string => base(env, 'XDG_STATE_HOME', join('.local', 'state'));
