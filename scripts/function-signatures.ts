/**
 * Writes what Tab says of each function that a statement may call: its arguments and what it gives, as DuckDB's own
 * catalogue has them. A test holds the file to the engine that is installed.
 *
 *   npx tsx scripts/function-signatures.ts
 */

import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { wrap } from '../src/render/width.js';
import { functionNames } from '../src/session/functions.js';

type Row = [name: string, type: string, parameters: readonly string[], types: readonly string[], result: string | null, varargs: string | null];

export async function signatures(): Promise<string> {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll('SELECT function_name, function_type, parameters, parameter_types, return_type, varargs FROM duckdb_functions() ORDER BY ALL');
  const byName = new Map<string, Row[]>();
  for (const row of reader.getRowsJson() as unknown as Row[]) byName.set(row[0].toLowerCase(), [...(byName.get(row[0].toLowerCase()) ?? []), row]);
  connection.closeSync();
  instance.closeSync();
  const entries = [...new Set(functionNames())].sort().flatMap((name) => (byName.has(name) ? [`${name}${signature(byName.get(name)!)};`] : []));
  return `/** What the functions of a statement take and give; made by scripts/function-signatures.ts from DuckDB's catalogue. */\n\nexport const signatures = \`\n${wrap(entries.join(' '), 110).map((line) => `  ${line}`).join('\n')}\n\`;\n`;
}

/** Of several forms, the longest; arguments that a shorter one lacks are in brackets. */
function signature(forms: readonly Row[]): string {
  const longest = [...forms].sort((a, b) => b[2].length - a[2].length || named(b) - named(a))[0]!;
  const [, type, parameters, types, , varargs] = longest;
  const least = Math.min(...forms.map(([, , each]) => each.length));
  const names = parameters.map((name, i) => (/^(col|arg)\d*$/.test(name) ? types[i]!.toLowerCase() : name));
  const shown = names.map((name, i) => (i >= least ? `[${name}]` : name));
  const results = new Set(forms.map(([, , , , result]) => result));
  const [result] = results;
  const gives = results.size === 1 && typeof result === 'string' && result !== 'ANY' ? ` -> ${result}` : '';
  return `(${[...shown, ...(varargs === null ? [] : ['...'])].join(', ')})${gives}${type === 'aggregate' ? ' of a group' : type === 'table' ? ' as rows' : ''}`;
}

const named = ([, , parameters]: Row): number => parameters.filter((name) => !/^(col|arg)\d*$/.test(name)).length;

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(new URL('../src/repl/complete/function-signatures.ts', import.meta.url), await signatures());
