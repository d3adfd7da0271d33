/**
 * Writes the example estate.
 *
 *   tsx examples/microservices/generator/main.ts embedded [--if-absent | --if-outdated] [--out DIR]
 *   tsx examples/microservices/generator/main.ts servers [--only users,bus]
 *
 * Both take --seed N (1), --scale N (1: 1,000 users, 200 products, 5,000 orders) and --now DATE (today, 00:00 UTC),
 * the moment at which the estate's week ends.
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { countAll, makeEstate } from './estate.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'seed': { type: 'string', default: '1' },
    'scale': { type: 'string', default: '1' },
    'now': { type: 'string', default: new Date().toISOString().slice(0, 10) },
    'out': { type: 'string', default: fileURLToPath(new URL('../data', import.meta.url)) },
    'only': { type: 'string' },
    'if-absent': { type: 'boolean', default: false },
    'if-outdated': { type: 'boolean', default: false },
  },
});

const target = positionals[0] ?? 'embedded';
const options = { seed: Number(values.seed), scale: Number(values.scale), now: new Date(values.now) };
if (!Number.isInteger(options.seed) || !(options.scale > 0) || Number.isNaN(options.now.getTime())) {
  fail('--seed is a whole number, --scale a positive one, --now a date such as 2026-01-31');
}

if (target === 'embedded') {
  // What the folder was written from.
  const stamp = join(values.out, 'estate.json');
  const wanted = JSON.stringify(options);
  if (values['if-absent'] && existsSync(stamp)) process.exit(0);
  if (values['if-outdated'] && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) process.exit(0);
  const { writeEmbedded } = await import('./write/embedded.js');
  const estate = makeEstate(options);
  await writeEmbedded(estate, values.out);
  writeFileSync(stamp, wanted);
  console.error(`wrote ${countAll(estate).toLocaleString('en')} rows, documents and messages to ${values.out}`);
} else if (target === 'servers') {
  const { writeServers } = await import('./write/servers.js');
  const estate = makeEstate(options);
  await writeServers(estate, values.only?.split(','), (line) => console.error(line));
} else {
  fail(`'${target}' is neither embedded nor servers`);
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
