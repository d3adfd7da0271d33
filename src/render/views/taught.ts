/** What was added to the configuration. */

import type { TaughtAnswer } from '../../answer/contract.js';
import type { Block } from '../blocks.js';
import { code, fact, text } from '../blocks.js';

export function taughtView({ path, question, sql, added }: TaughtAnswer): Block[] {
  return [fact('question', question), code(sql), added ? text(`Added to examples: in ${path}.`, 'good') : text(`It is in ${path} already.`, 'dim')];
}
