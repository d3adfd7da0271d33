/** Commands that ask something, of the stores or of the catalogue. */

import { needed, words } from './contract.js';
import type { DotCommand } from './contract.js';

export const asking: readonly DotCommand[] = [
  {
    name: 'sql',
    arguments: '[statement]',
    summary: 'SQL over several lines; ends with ; or an empty line',
    completes: 'text',
    run: (_, rest) => Promise.resolve({ sql: rest }),
  },
  {
    name: 'schema',
    arguments: '[service or service.table], or diff, links, graph, snapshot with what they take',
    summary: 'services, tables, columns and links',
    completes: 'name',
    async run(prompt, scope) {
      const { session, ask } = prompt;
      const [first = ''] = words(scope);
      const below = ['diff', 'links', 'graph'].includes(first) ? asking.find(({ name }) => name === first) : undefined;
      const isService = session.config.services.some(({ name }) => name.toLowerCase() === first.toLowerCase());
      // As on the command line; a service of that name goes before it.
      if (below !== undefined && !isService) return below.run(prompt, scope.slice(scope.indexOf(first) + first.length).trim());
      if (first === 'snapshot' && !isService) return { answer: await session.snapshot(words(scope)[1], ask) };
      return { answer: await session.schema({ ...ask, ...(scope !== '' && { scope }) }) };
    },
  },
  {
    name: 'explain',
    arguments: 'question or SQL',
    summary: 'what each store would be asked',
    completes: 'text',
    run: async ({ session, ask }, text) => ({ answer: await session.explain(needed(text, 'a question or SQL'), ask) }),
  },
  {
    name: 'diff',
    arguments: '[left] [right], or [service] --against commit or folder [--transitive]',
    summary: 'compare what services say of the same things, or one with its past',
    completes: 'service',
    async run({ session, ask }, rest) {
      const transitive = /(?:^|\s)--transitive(?=\s|$)/.test(rest);
      const [before, against] = rest.replace(/(?:^|\s)--transitive(?=\s|$)/, '').split(/(?:^|\s)--against\s+/);
      const [left, right] = words(before!);
      return { answer: against === undefined ? await session.diff(left, right, ask) : await session.changes(against.trim(), left, { ...ask, transitive }) };
    },
  },
  {
    name: 'links',
    arguments: '',
    summary: 'which column refers to which, and what speaks for it',
    run: async ({ session, ask }) => ({ answer: await session.links(ask) }),
  },
  {
    name: 'graph',
    arguments: '[service]',
    summary: 'draw services, tables and links',
    completes: 'service',
    run: async ({ session, ask }, rest) => ({ answer: await session.graph(words(rest)[0], ask) }),
  },
  {
    name: 'check',
    arguments: '',
    summary: 'references that lead nowhere, copies that differ, rows without event, ages',
    run: async ({ session, ask }) => ({ answer: await session.check(ask) }),
  },
  {
    name: 'trace',
    arguments: '[id]',
    summary: 'follow one event through every store',
    run: async ({ session, ask }, rest) => ({ answer: await session.trace(words(rest)[0], ask) }),
  },
  {
    name: 'doctor',
    arguments: '',
    summary: 'check every service',
    run: async ({ session, ask }) => ({ answer: await session.doctor(ask) }),
  },
  {
    name: 'refresh',
    arguments: '',
    summary: 'read the configuration and introspect every store again',
    async run(prompt) {
      prompt.session = await prompt.reopen();
      const { services } = await prompt.session.catalog(prompt.ask.signal);
      const tables = services.reduce((sum, service) => sum + service.tables.length, 0);
      return { text: `${services.length} services, ${tables} tables` };
    },
  },
];
