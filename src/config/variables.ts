/** `${NAME}` and `${NAME:-default}` in any string of the file; `$${` is a literal `${`. */

import type { ConfigDocument, Path, Problem } from './document.js';
import type { Env } from './xdg.js';

export interface Substituted {
  readonly value: unknown;
  /** Paths (JSON) whose text came from a variable: never quoted in a message, and read as a number where one is due. */
  readonly fromVariable: ReadonlySet<string>;
  /** Missing variables and malformed references. */
  readonly problems: readonly (Problem & { readonly path: Path })[];
}

export const pathKey = (path: Path): string => JSON.stringify(path.map(String));

export function substitute(document: ConfigDocument, env: Env): Substituted {
  const fromVariable = new Set<string>();
  const problems: (Problem & { path: Path })[] = [];

  const text = (value: string, path: Path): string =>
    value.replace(/\$(\$\{)|\$\{([^}]*)(\}|$)/g, (_, escaped: string | undefined, body: string, end: string) => {
      if (escaped !== undefined) return escaped;
      const match = end === '}' ? /^([A-Za-z_][A-Za-z0-9_]*)(?::-([\s\S]*))?$/.exec(body) : null;
      const bad = (message: string, fix: string): string => {
        problems.push({ ...document.problem(path, message, fix), path });
        return '';
      };
      if (match === null) return bad('a variable reference is malformed', 'Write ${NAME} or ${NAME:-default}; a literal ${ is written $${.');
      fromVariable.add(pathKey(path));
      const [, name, fallback] = match;
      // As in a shell, `:-` also covers a variable that is set but empty.
      const found = env[name!];
      if (found !== undefined && (found !== '' || fallback === undefined)) return found;
      if (fallback !== undefined) return fallback;
      return bad(`the variable ${name} is not set`, `Set it (export ${name}=...) or give a default: \${${name}:-value}.`);
    });

  const walk = (value: unknown, path: Path): unknown => {
    if (typeof value === 'string') return value.includes('${') ? text(value, path) : value;
    if (Array.isArray(value)) return value.map((item, i) => walk(item, [...path, i]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, [...path, key])]));
  };
  return { value: walk(document.value, []), fromVariable, problems };
}
