/** What a running question has done so far: one line a fragment, and the time. */

import { Box, Text } from 'ink';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import type { ProgressBoard } from '../render/progress.js';
import { style } from '../render/style.js';

const everyMs = 120;
const mostLines = 10;
/** What is over sooner needs no clock. */
const patienceMs = 200;

export function Running({ board, color, ascii, stopping }: { readonly board: ProgressBoard; readonly color: boolean; readonly ascii: boolean; readonly stopping: boolean }): ReactNode {
  const [since] = useState(() => performance.now());
  const [now, setNow] = useState(since);
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), everyMs);
    return () => clearInterval(timer);
  }, []);
  if (!stopping && now - since < patienceMs) return null;
  const lines = board.lines(style(color), ascii);
  const more = lines.length - mostLines;
  return (
    <Box flexDirection="column">
      {lines.slice(0, mostLines).map((line, i) => (
        <Text key={i} wrap="truncate">
          {line}
        </Text>
      ))}
      {more > 0 ? <Text dimColor={color}>and {more} more</Text> : null}
      <Text dimColor={color}>
        {((now - since) / 1000).toFixed(1)} s {stopping ? 'stopping' : '(Ctrl-C stops it)'}
      </Text>
    </Box>
  );
}
