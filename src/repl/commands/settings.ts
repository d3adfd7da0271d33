/** Commands that change the prompt itself. */

import { AishellError } from '../../errors.js';
import { formats } from '../../render/index.js';
import type { Format } from '../../render/index.js';
import type { DotCommand } from './contract.js';

export const settings: readonly DotCommand[] = [
  {
    name: 'format',
    arguments: '[table|json|ndjson|csv|markdown]',
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
  {
    name: 'verbose',
    arguments: '',
    summary: 'more or less about where rows came from',
    run(prompt) {
      prompt.verbose = !prompt.verbose;
      return Promise.resolve({ text: `verbose: ${prompt.verbose ? 'on' : 'off'}` });
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
