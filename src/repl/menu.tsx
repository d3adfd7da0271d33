/** What Tab offers, a few lines at a time: each word, what it is, and what tells it from others. */

import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { safeText } from '../render/safe.js';
import { cut, displayWidth, pad } from '../render/width.js';
import type { Menu as MenuState } from './line.js';

const mostLines = 8;

export interface MenuProps {
  readonly menu: MenuState;
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

export function Menu({ menu: { words, selected }, color, width }: MenuProps): ReactNode {
  const first = Math.max(0, Math.min(selected - Math.floor(mostLines / 2), words.length - mostLines));
  const shown = words.slice(first, first + mostLines);
  const most = (texts: readonly string[], bound: number): number => Math.min(bound, Math.max(...texts.map(displayWidth)));
  const texts = shown.map(({ text }) => safeText(text));
  const textWidth = most(texts, Math.max(8, Math.floor(width / 2)));
  const kindWidth = most(shown.map(({ kind }) => kind), 8);
  return (
    <Box flexDirection="column">
      {shown.map(({ kind, about }, i) => {
        const here = first + i === selected;
        const line = `${here ? '>' : ' '} ${pad(cut(texts[i]!, textWidth), textWidth, 'left')}  ${pad(kind, kindWidth, 'left')}  ${safeText(about)}`;
        const fitted = cut(line.trimEnd(), width - 1);
        return (
          <Text key={first + i} inverse={color && here} wrap="truncate">
            {fitted}
          </Text>
        );
      })}
      {words.length > mostLines ? (
        <Text dimColor={color}>
          {'  '}
          {selected + 1} of {words.length}
        </Text>
      ) : null}
    </Box>
  );
}
