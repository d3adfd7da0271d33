/**
 * Holds the code to its layers. Fails on a cycle of imports between files (type imports count), on an import that the
 * list below does not allow, and on a name that only the example estate has standing as a string in the product.
 *
 *   npx tsx scripts/check-layers.ts
 */

import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { estateNames } from './estate-names.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Layer -> what it may import besides itself. `x/contract` means only that file of x. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'src/errors': [],
  'src/algebra': [],
  'src/answer': ['connectors/contract'],
  'src/telemetry': ['src/errors', 'src/config/contract', 'src/config/secret', 'connectors/http'],
  'src/config': ['src/errors', 'connectors/contract', 'connectors/index'],
  'src/catalog': ['src/algebra', 'src/errors', 'src/config/contract', 'src/config/nearest', 'connectors/contract'],
  'src/duckdb': ['src/algebra', 'src/errors', 'src/answer/contract', 'connectors/contract'],
  'src/sql': ['src/algebra', 'src/errors', 'src/config/nearest', 'src/catalog/contract', 'src/duckdb'],
  'src/nl': ['src/algebra', 'src/errors', 'src/catalog', 'src/config/contract', 'src/config/secret', 'connectors/contract'],
  'src/plan': ['src/algebra', 'src/errors', 'src/answer/contract', 'src/catalog/contract', 'src/duckdb', 'src/sql/contract', 'connectors/contract'],
  'src/engine': ['src/algebra', 'src/errors', 'src/answer/contract', 'src/config/contract', 'src/duckdb', 'src/plan/contract', 'connectors/contract'],
  // Snapshots are YAML that people edit: read, and complained of, like the configuration.
  'src/diff': ['src/algebra', 'src/errors', 'src/answer/contract', 'src/catalog', 'src/config/document', 'src/config/validate', 'connectors/contract', 'connectors/registry'],
  'src/trace': ['src/algebra', 'src/errors', 'src/answer/contract', 'src/catalog', 'src/config/contract', 'connectors/contract'],
  'src/render': ['src/algebra', 'src/errors', 'src/answer/contract', 'src/config/secret'],
  'src/session': [
    'src/algebra', 'src/errors', 'src/answer', 'src/config', 'src/catalog', 'src/nl', 'src/sql', 'src/plan', 'src/engine',
    'src/diff', 'src/trace', 'src/telemetry', 'connectors/contract', 'connectors/index', 'connectors/registry',
  ],
  'src/eval': ['src/errors', 'src/answer', 'src/config', 'src/session'],
  'src/repl': ['src/algebra', 'src/errors', 'src/answer', 'src/config', 'src/catalog/contract', 'src/engine/contract', 'src/session', 'src/render'],
  'src/cli': ['src/errors', 'src/answer', 'src/config', 'src/catalog/contract', 'src/engine/contract', 'src/session', 'src/eval', 'src/render', 'src/repl'],
  'connectors/contract': ['src/errors', 'src/algebra', 'src/config/secret'],
  'connectors/sql': ['connectors/contract'],
  'connectors/http': [],
  'connectors/log': ['connectors/contract', 'connectors/sql'],
  'connectors/registry': ['connectors/contract', 'connectors/sql', 'connectors/http'],
  'connectors/kafka': ['connectors/contract', 'connectors/sql', 'connectors/log', 'connectors/registry'],
  // The embedded engine's own files are read by an instance of its own.
  'connectors/files': ['connectors/contract', 'connectors/sql', 'src/duckdb'],
};
const connectorDefault = ['connectors/contract', 'connectors/sql', 'connectors/http', 'connectors/log'];

const problems: string[] = [];
const imports = new Map<string, string[]>();

for (const file of sourceFiles()) {
  const text = readFileSync(join(root, file), 'utf8');
  imports.set(file, importsOf(file, text));
  for (const name of estateStrings(text)) problems.push(`${file}: the string '${name}' is a name of the example estate`);
}
for (const [file, targets] of imports) {
  for (const target of targets) {
    if (!mayImport(file, target)) problems.push(`${file}: may not import ${target}`);
  }
}
for (const cycle of cycles()) problems.push(`cycle: ${cycle.join(' -> ')}`);

for (const problem of problems) console.error(problem);
console.log(problems.length === 0 ? `layers: ${imports.size} files, no violation` : `layers: ${problems.length} violations`);
process.exitCode = problems.length === 0 ? 0 : 1;

function sourceFiles(): string[] {
  const files: string[] = [];
  const walk = (folder: string) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) walk(path);
      else if (/\.tsx?$/.test(entry.name)) files.push(path);
    }
  };
  walk('src');
  walk('connectors');
  return files;
}

function importsOf(file: string, text: string): string[] {
  const { importedFiles } = ts.preProcessFile(text, true, true);
  return importedFiles.flatMap(({ fileName }) => {
    if (fileName.startsWith('@duckdb/') && !file.startsWith('src/duckdb/')) {
      problems.push(`${file}: only src/duckdb may import ${fileName}`);
    }
    if (!fileName.startsWith('.')) return [];
    const target = relative(root, resolve(root, dirname(file), fileName));
    return [/\.js$/.test(target) ? sourceOf(target) : target];
  });
}

function sourceOf(target: string): string {
  const base = target.replace(/\.js$/, '');
  return imports.has(`${base}.tsx`) || sourceExists(`${base}.tsx`) ? `${base}.tsx` : `${base}.ts`;
}

function sourceExists(path: string): boolean {
  try {
    readFileSync(join(root, path));
    return true;
  } catch {
    return false;
  }
}

function layerOf(file: string): string {
  const [top, second] = file.split('/') as [string, string];
  return `${top}/${second.replace(/\.tsx?$/, '')}`;
}

function mayImport(file: string, target: string): boolean {
  const layer = layerOf(file);
  // The table of kinds names every connector, lazily.
  if (layer === layerOf(target) || layer === 'connectors/index') return true;
  const bare = target.replace(/\.tsx?$/, '');
  return (allowed[layer] ?? connectorDefault).some((edge) => edge === bare || edge === layerOf(target));
}

function cycles(): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string) => {
    const at = path.indexOf(file);
    if (at !== -1) {
      found.push([...path.slice(at), file]);
      return;
    }
    if (done.has(file)) return;
    path.push(file);
    for (const target of imports.get(file) ?? []) visit(target);
    path.pop();
    done.add(file);
  };
  for (const file of imports.keys()) visit(file);
  return found;
}

/** String literals that are exactly one of the estate's own names. */
function estateStrings(text: string): string[] {
  const found: string[] = [];
  const source = ts.createSourceFile('x.tsx', text, ts.ScriptTarget.Latest, false, ts.ScriptKind.TSX);
  const visit = (node: ts.Node) => {
    if ((ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) && estateNames.has(node.text)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
