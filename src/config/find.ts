/** Where the configuration is: --config, $AISHELL_CONFIG, the working directory and upwards, then the XDG folder. */

import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AishellError } from '../errors.js';
import { configHome } from './xdg.js';
import type { Env } from './xdg.js';

const names = ['aishell.yaml', 'aishell.yml'] as const;

export interface Place {
  readonly path?: string;
  readonly cwd: string;
  readonly env: Env;
}

/** The smallest configuration that works, shown when there is none. */
export const minimalConfig = `services:
  shop:
    kind: postgres
    url: \${DATABASE_URL}
`;

export async function findConfig({ path, cwd, env }: Place): Promise<string> {
  const given = path ?? (env['AISHELL_CONFIG'] || undefined);
  if (given !== undefined) return named(resolve(cwd, given), path === undefined ? 'AISHELL_CONFIG' : '--config');

  const looked: string[] = [];
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    looked.push(folder);
    const found = await inFolder(folder);
    if (found !== undefined) return found;
    if (dirname(folder) === folder) break;
  }
  const home = configHome(env);
  looked.push(home);
  const found = await inFolder(home);
  if (found !== undefined) return found;
  throw new AishellError(
    'config',
    `no aishell.yaml was found in ${looked.join(', ')}`,
    `aishell config init asks for your stores’ addresses and writes one with comments; --config FILE names one that is elsewhere. The smallest one:\n\n${minimalConfig}\n` +
      'A whole example without any server: examples/microservices/aishell.yaml in the aishell package.',
    { data: { looked } },
  );
}

async function named(file: string, by: string): Promise<string> {
  const kind = await fileKind(file);
  if (kind === 'file') return file;
  if (kind === 'folder') {
    const found = await inFolder(file);
    if (found !== undefined) return found;
  }
  throw new AishellError(
    'config',
    kind === 'folder' ? `there is no aishell.yaml in ${file}` : `there is no configuration file ${file}`,
    `Check the path given by ${by}.`,
  );
}

async function inFolder(folder: string): Promise<string | undefined> {
  for (const name of names) {
    const file = join(folder, name);
    if ((await fileKind(file)) === 'file') return file;
  }
  return undefined;
}

async function fileKind(path: string): Promise<'file' | 'folder' | undefined> {
  try {
    // Anything that can be read will do: process substitution gives a pipe.
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch {
    return undefined;
  }
}
