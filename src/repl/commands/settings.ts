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
    completes: 'text',
    run: ({ history }, text) => Promise.resolve({ edit: text === '' ? (history.findLast((entry) => !/^[.\\]e(dit)?\b/.test(entry)) ?? '') : text }),
  },
  {
    name: 'quit',
    arguments: '',
    summary: 'leave; so do Ctrl-D and Ctrl-C twice',
    run: () => Promise.resolve({ quit: true }),
  },
];
