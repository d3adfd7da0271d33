/**
 * Builds dist/: the sources and the JavaScript of every dependency, bundled, since finding and reading hundreds of small
 * files is most of what a start would take. What is imported lazily stays a chunk of its own, so a store's driver costs
 * nothing until a configuration names it. Types are checked by `npm run types`, not here.
 *
 *   tsx scripts/build.ts [folder of this repository, instead of dist]
 */

import { existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Metafile } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, process.argv[2] ?? 'dist');
const draft = join(root, `dist.${process.pid}`);

/** Native or WebAssembly, which load files that lie beside them; and what ink asks for only in its own development. */
const external = ['@duckdb/node-bindings', '@node-rs/crc32', 'node-sqlite3-wasm', 'react-devtools-core'];

try {
  const { metafile } = await build({
    absWorkingDir: root,
    // A thread begins with a file of its own.
    entryPoints: { main: 'src/cli/main.ts', 'sift-worker': 'connectors/kafka/records/sift-worker.ts' },
    outdir: draft,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external,
    // CommonJS packages ask for Node's own modules by require, which an ES module lacks.
    banner: { js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);" },
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  writeFileSync(join(draft, 'LICENSES.txt'), licenses(metafile));
  rmSync(target, { recursive: true, force: true });
  renameSync(draft, target);
} finally {
  rmSync(draft, { recursive: true, force: true });
}

/** The licence of every package that went into the bundle. */
function licenses(metafile: Metafile): string {
  const folders = new Set(Object.keys(metafile.inputs).flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0] ?? []));
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Record<string, string>;
    const file = readdirSync(join(root, folder)).find((candidate) => /^licen[cs]e/i.test(candidate));
    const path = file === undefined ? undefined : join(root, folder, file);
    return `${name} ${version} (${license})\n\n${path !== undefined && existsSync(path) ? readFileSync(path, 'utf8').trim() : ''}\n`;
  });
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}
