/**
 * Writes man/aishell.1, which the package ships, from the table of commands. A test compares it with the code.
 *
 *   npx tsx scripts/man-page.ts && man -l man/aishell.1
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { version } from '../src/cli/main.js';
import { manPage } from '../src/cli/man-page.js';

const folder = new URL('../man/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('aishell.1', folder), manPage(version()));
