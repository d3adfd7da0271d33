/** Commands that change the prompt itself. */

import { parseCount } from '../../config/units.js';
import { AishellError } from '../../errors.js';
import { formats } from '../../render/index.js';
import type { Format } from '../../render/index.js';
import { switched } from './contract.js';
import type { DotCommand, Prompt } from './contract.js';

function toggle(name: string, summary: string, setting: 'verbose' | 'expanded' | 'timing' | 'pager'): DotCommand {
  return {
    name,
    arguments: '[on|off]',
    summary,
    examples: [`.${name}`, `.${name} on`],
    completes: 'words',
    words: ['on', 'off'],
    run(prompt: Prompt, rest) {
      prompt[setting] = switched(name, prompt[setting], rest);
      return Promise.resolve({ text: `${setting}: ${prompt[setting] ? 'on' : 'off'}` });
    },
  };
}

export const settings: readonly DotCommand[] = [
  {
    name: 'format',
    arguments: '[table|json|ndjson|csv|markdown|tree|timeline]',
    summary: 'how answers are shown',
    examples: ['.format csv', '.format table'],
    completes: 'words',
    words: formats,
    run(prompt, rest) {
      if (rest !== '') {
        if (!(formats as readonly string[]).includes(rest)) throw new AishellError('usage', `there is no format ${rest}`, `The formats are ${formats.join(', ')}.`);
        prompt.format = rest as Format;
      }
      return Promise.resolve({ text: `format: ${prompt.format}` });
    },
  },
  toggle('verbose', 'more or less about where rows came from', 'verbose'),
  toggle('x', 'a block a row, every value whole; \\G behind one statement does it once', 'expanded'),
  toggle('timing', 'the time that each answer took, in a line of its own', 'timing'),
  toggle('pager', 'results that are longer than the screen on a screen of their own', 'pager'),
  {
    name: 'limit',
    arguments: '[rows]',
    summary: 'rows in an answer; 0 for all',
    examples: ['.limit 20', '.limit 0'],
    run(prompt, rest) {
      const rows = rest === '' ? prompt.limit : parseCount(rest);
      if (rest !== '' && rows === undefined) throw new AishellError('usage', `${rest} is no number of rows`, 'Write it like 100, 5k, or 0 for all.');
      prompt.limit = rows;
      return Promise.resolve({ text: `limit: ${rows ?? prompt.session.config.limits.resultRows}` });
    },
  },
  {
    name: 'edit',
    arguments: '[text]',
    summary: 'write it in $VISUAL or $EDITOR; so does Ctrl-X Ctrl-E. Without a text, what was asked last',
    examples: ['.edit', '.edit SELECT 1'],
    completes: 'text',
    run: ({ history }, text) => Promise.resolve({ edit: text === '' ? (history.findLast((entry) => !/^[.\\]e(dit)?\b/.test(entry)) ?? '') : text }),
  },
  {
    name: 'history',
    arguments: '[number or text]',
    summary: 'what was asked last: the last 20, or so many, or those that hold a text',
    examples: ['.history', '.history 5', '.history join'],
    run: ({ history }, rest) => {
      const most = /^\d+$/.test(rest) ? Number(rest) : 20;
      const held = /^\d+$/.test(rest) ? history : history.filter((entry) => entry.toLowerCase().includes(rest.toLowerCase()));
      const shown = most === 0 ? [] : held.slice(-most).map((entry) => entry.replace(/\s+/g, ' '));
      return Promise.resolve({ text: shown.length === 0 ? 'Nothing of that was asked.' : shown.join('\n') });
    },
  },
  {
    name: 'quit',
    arguments: '',
    summary: 'leave; so do Ctrl-D and Ctrl-C twice',
    examples: ['.quit'],
    run: () => Promise.resolve({ quit: true }),
  },
];
