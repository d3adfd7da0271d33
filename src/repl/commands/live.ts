/** Commands that print as they go, until Ctrl-C: the prompt stands below, and goes on after. */

import { AishellError } from '../../errors.js';
import { count } from '../../render/amounts.js';
import { eventLine } from '../../render/events.js';
import { growthEnd, growthLine } from '../../render/growth.js';
import { renderAnswer } from '../../render/index.js';
import { safeText } from '../../render/safe.js';
import { style } from '../../render/style.js';
import { tailFrom } from '../../session/trace-options.js';
import type { TraceOptions } from '../../session/trace-options.js';
import { words } from './contract.js';
import type { DotCommand, LiveLook, Prompt } from './contract.js';

export const tail: DotCommand = {
  name: 'tail',
  arguments: '[topic ...] [--from point] [where condition]',
  summary: 'events of topics and streams as they come, until Ctrl-C; without names, of all',
  examples: ['.tail', ".tail service.topic --from -10m where status = 'failed'"],
  completes: 'name',
  run(prompt, rest) {
    const { topics, from, where } = tailCall(rest);
    return Promise.resolve({
      live: async (look) => {
        const { print, session } = prompt;
        // The number of rows in an answer says nothing of what has no end.
        const { limit: _, onProgress: _told, ...ask } = prompt.ask;
        const shape = { format: prompt.format === 'ndjson' || prompt.format === 'json' ? 'ndjson' : 'text', color: look.color, width: look.width } as const;
        let seen = 0;
        try {
          await session.tail(topics, {
            ...ask,
            ...(from !== undefined && { from }),
            ...(where !== undefined && { where }),
            events: {
              events(batch) {
                seen += batch.length;
                print(batch.map((event) => eventLine(event, shape)).join(''));
              },
              note: (text) => print(note(text, look)),
            },
          });
        } catch (error) {
          // Ctrl-C is how it ends.
          if (!(error instanceof AishellError) || error.code !== 'cancelled') throw error;
        }
        return `${style(look.color).dim(`(${count(seen)} ${seen === 1 ? 'event' : 'events'})`)}\n`;
      },
    });
  },
};

/** A trace that goes on growing; what there is at the end is the last answer. */
export async function followedTrace(prompt: Prompt, input: string, id: string | undefined, options: TraceOptions, look: LiveLook): Promise<string> {
  const { print, session, ask, format } = prompt;
  const shape = { format: format === 'ndjson' || format === 'json' ? 'ndjson' : 'text', color: look.color, ascii: look.ascii, width: look.width } as const;
  let isThere = false;
  const answer = await session.trace(id, {
    ...ask,
    ...options,
    // Looks at the stores go on below what is printed.
    onProgress: (event) => (isThere ? undefined : ask.onProgress?.(event)),
    growth: {
      async grown(growth) {
        for (const one of growth) {
          const isWhole = one.type === 'trace' && shape.format === 'text';
          print(isWhole ? await renderAnswer(one.trace, { format: format === 'timeline' || format === 'tree' ? format : 'table', ...look, screen: true }) : growthLine(one, shape));
          if (one.type === 'trace') print(note('following; Ctrl-C ends it', look));
        }
        isThere = true;
      },
      note: (text) => print(note(text, look)),
    },
  });
  prompt.last = { input, answer, whole: true };
  return answer.followed === undefined ? renderAnswer(answer, { format, ...look, screen: true }) : growthEnd(answer, shape);
}

function note(text: string, { color }: LiveLook): string {
  return `${style(color).dim(`note: ${safeText(text)}`)}\n`;
}

function tailCall(rest: string) {
  const [before = '', ...condition] = rest.split(/(?:^|\s+)(?:--)?where\s+/i);
  const where = condition.length === 0 ? undefined : rest.slice(rest.search(/(?:^|\s)(?:--)?where\s/i)).replace(/^\s*(?:--)?where\s+/i, '').replace(/;\s*$/, '');
  const point = /(?:^|\s)--from(?:\s+|=)(\S+)/.exec(before)?.[1];
  const topics = words(before.replace(/(?:^|\s)--from(?:\s+|=)\S+/, ''));
  const unknown = topics.find((word) => word.startsWith('-'));
  if (unknown !== undefined) throw new AishellError('usage', `.tail has no option ${unknown}`, 'It takes topics, --from, and where with a condition at the end.');
  return { topics, from: tailFrom(point, Date.now()), where };
}
