/** Files and folders that a typed path may go on to. */

import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { mostOffered } from './match.js';
import type { Word } from './vocabulary.js';

/** A folder that can't be read offers nothing. */
export function filesAt(typed: string): Word[] {
  const folder = /[\\/]$/.test(typed) ? typed : dirname(typed);
  const before = folder === '.' && !/^\.[\\/]/.test(typed) ? '' : /[\\/]$/.test(folder) ? folder : `${folder}/`;
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter(({ name }) => !name.startsWith('.'))
      .map((entry): Word => ({ text: `${before}${entry.name}${entry.isDirectory() ? '/' : ''}`, kind: 'file', about: entry.isDirectory() ? 'folder' : '' }))
      .filter(({ text }) => text.startsWith(typed))
      .slice(0, mostOffered);
  } catch {
    return [];
  }
}
