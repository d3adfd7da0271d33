/** Writes schema/aishell.schema.json, which editors read and the package ships. A test compares it with the code. */

import { writeFile } from 'node:fs/promises';
import { wholeConfigSchema } from '../src/config/kinds.js';

await writeFile(new URL('../schema/aishell.schema.json', import.meta.url), `${JSON.stringify(await wholeConfigSchema(), null, 2)}\n`);
