/** The line that is being typed, or the last few of many, with the cursor in it. */

import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { safeText } from '../render/safe.js';
import type { Editor } from './editor.js';

/** More than this would push what was answered off a small screen. */
const mostLines = 12;

export interface PromptProps {
  readonly editor: Editor;
  readonly label: string;
  readonly more: string;
  readonly hint: string | undefined;
  readonly color: boolean;
}

export function Prompt({ editor, label, more, hint, color }: PromptProps): ReactNode {
  const { text, cursor } = editor;
  const lines = text.split('\n');
  const row = text.slice(0, cursor).split('\n').length - 1;
  const column = cursor - (text.lastIndexOf('\n', cursor - 1) + 1);
  const first = Math.max(0, Math.min(row - mostLines + 2, lines.length - mostLines));
  const shown = lines.slice(first, first + mostLines);
  return (
    <Box flexDirection="column">
      {shown.map((line, i) => {
        const index = first + i;
        return (
          <Box key={index}>
            <Text {...(color && { color: 'cyan' })}>{index === 0 ? label : more}</Text>
            {index === row ? <CursorLine line={line} column={column} /> : <Text>{safeText(line)}</Text>}
          </Box>
        );
      })}
      {hint === undefined ? null : <Text dimColor={color}>{hint}</Text>}
    </Box>
  );
}

function CursorLine({ line, column }: { readonly line: string; readonly column: number }): ReactNode {
  const rest = line.slice(column);
  const [under] = new Intl.Segmenter().segment(rest);
  const at = under?.segment ?? ' ';
  return (
    <Text>
      {safeText(line.slice(0, column))}
      <Text inverse>{safeText(at)}</Text>
      {safeText(rest.slice(at.length))}
    </Text>
  );
}
