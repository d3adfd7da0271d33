/** All that a model would be sent, message by message. */

import type { PromptAnswer } from '../../answer/contract.js';
import { count } from '../amounts.js';
import type { Block } from '../blocks.js';
import { code, fact, text } from '../blocks.js';

export function promptView({ model, baseUrl, values, messages }: PromptAnswer): Block[] {
  const characters = messages.reduce((sum, { content }) => sum + content.length, 0);
  return [
    fact('model', baseUrl === '' ? model : `${model} at ${baseUrl}`),
    fact('values of rows', values ? 'may be among it (model.send_values: true)' : 'none'),
    fact('size', `${count(characters)} characters, about ${count(Math.ceil(characters / 4))} tokens`),
    ...messages.flatMap(({ role, content }): Block[] => [{ kind: 'heading', text: role, level: 2 }, code(content, 'text')]),
    text('Nothing was sent.', 'dim'),
  ];
}
