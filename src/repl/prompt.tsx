/** The line that is being typed, or the last few of many, with the cursor in it, and below what belongs to it. */

import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { safeText } from '../render/safe.js';
import { cut } from '../render/width.js';
import { painter } from './highlight.js';
import type { Painter } from './highlight.js';
import type { Line } from './line.js';
import { Menu } from './menu.js';

/** More than this would push what was answered off a small screen. */
const mostLines = 12;

export interface PromptProps {
  readonly line: Line;
  readonly label: string;
  readonly more: string;
  readonly isSql: boolean;
  /** What history would add, shown in grey; nothing where there is no grey. */
  readonly suggestion: string;
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

export function Prompt({ line, label, more, isSql, suggestion, color, width }: PromptProps): ReactNode {
  const { text, cursor } = line.editor;
  const lines = text.split('\n');
  const row = text.slice(0, cursor).split('\n').length - 1;
  const first = Math.max(0, Math.min(row - mostLines + 2, lines.length - mostLines));
  const shown = lines.slice(first, first + mostLines);
  const paint = painter(text, isSql, color);
  let start = lines.slice(0, first).reduce((sum, { length }) => sum + length + 1, 0);
  return (
    <Box flexDirection="column">
      {shown.map((content, i) => {
        const index = first + i;
        const from = start;
        start += content.length + 1;
        const grey = color && index === row && cursor === text.length ? cut(suggestion, Math.max(0, width - label.length - 2 - content.length)) : '';
        return (
          <Box key={index}>
            <Box flexShrink={0}>
              <Text {...(color && { color: 'cyan' })}>{index === 0 ? label : more}</Text>
            </Box>
            {index === row ? <CursorLine paint={paint} text={text} from={from} to={from + content.length} cursor={cursor} grey={grey} /> : <Text>{paint(from, from + content.length)}</Text>}
          </Box>
        );
      })}
      {line.menu === undefined ? null : <Menu menu={line.menu} color={color} width={width} />}
      {line.hint === undefined ? null : <Text dimColor={color}>{line.hint}</Text>}
    </Box>
  );
}

interface CursorLineProps {
  readonly paint: Painter;
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly cursor: number;
  readonly grey: string;
}

function CursorLine({ paint, text, from, to, cursor, grey }: CursorLineProps): ReactNode {
  const [under] = new Intl.Segmenter().segment(text.slice(cursor, to) || grey);
  const at = under?.segment ?? ' ';
  const behind = cursor < to ? cursor + at.length : to;
  return (
    <Text>
      {paint(from, cursor)}
      <Text inverse>{safeText(at)}</Text>
      {paint(behind, to)}
      {grey === '' ? null : <Text dimColor>{safeText(grey.slice(at.length))}</Text>}
    </Text>
  );
}

/** Ctrl-R: what is looked for, and the entry that was found. */
export function SearchPrompt({ wanted, found, color, width }: { readonly wanted: string; readonly found: string | undefined; readonly color: boolean; readonly width: number }): ReactNode {
  const label = `(search) ${safeText(wanted)}`;
  const one = found === undefined ? (wanted === '' ? 'type a part of what was asked before' : 'nothing before holds it') : safeText(found.replaceAll('\n', ' '));
  return (
    <Box flexDirection="column">
      <Text>
        <Text {...(color && { color: 'cyan' })}>{label}</Text>
        <Text inverse> </Text>
      </Text>
      <Text dimColor={color && found === undefined}>{cut(`  ${one}`, width - 1)}</Text>
    </Box>
  );
}
