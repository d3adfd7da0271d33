/** Prompts are Markdown files with named slots, so that what a model is told can be read and reviewed on its own. */

import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Replaces every `{{slot}}` once; a value is never searched for slots again. */
export async function prompt(name: string, slots: Readonly<Record<string, string>>): Promise<string> {
  const text = await readFile(join(promptFolder(), `${name}.md`), 'utf8');
  return text.replace(/\{\{(\w+)\}\}/g, (_, slot: string) => {
    const value = slots[slot];
    if (value === undefined) throw new Error(`prompts/${name}.md has the slot ${slot}, which nothing fills`);
    return value;
  });
}

/** The package's own folder, found upwards: the sources and the built files lie at different depths. */
function promptFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'prompts', 'translate.md'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('the prompts folder is missing from this installation');
    folder = parent;
  }
  return join(folder, 'prompts');
}
