/** Records of a text in blocks of any size: a line end in a field is none between records. */

import { describe, expect, it } from 'vitest';
import { CsvEnds, LineEnds } from '../../../connectors/files/record-ends.js';
import type { RecordEnds } from '../../../connectors/files/record-ends.js';

/** Where every record ends that the blocks have one after the other: asked byte by byte, and in blocks of that size the last of each. */
function endsIn(text: Buffer, ends: RecordEnds, blockBytes: number): number[] {
  const found: number[] = [];
  for (let at = 0; at < text.length; at += blockBytes) {
    const end = ends.after(text.subarray(at, at + blockBytes));
    if (end > 0) found.push(at + end);
  }
  return found;
}

const cases: readonly (readonly [name: string, layout: { delim: string; quote: string; escape: string }, records: readonly string[]])[] = [
  ['doubled quotes', { delim: ',', quote: '"', escape: '"' }, ['a,"two\nlines","x"\n', '"""quoted""\n","",\n', 'no 5" field,"b"\n', '\n', '"",""\r\n', 'x, "after a blank\n"\n', '"ends with two"""\n']],
  ['an escape of its own', { delim: ';', quote: "'", escape: '\\' }, ["'it\\'s\n';1\n", "'back\\\\';2\n", "plain \\ 'x';3\n", "'\\\n';4\n"]],
  ['a delimiter of several bytes', { delim: '||', quote: '"', escape: '"' }, ['a||"b\n||"\n', 'c||d"\n', '"é\n"||"ü"\n']],
];

describe('ends of records', () => {
  it.each(cases)('%s: the same in blocks of any size', (_, layout, records) => {
    const text = Buffer.from(records.join(''));
    const truth = records.map((__, n) => Buffer.byteLength(records.slice(0, n + 1).join('')));
    for (let blockBytes = 1; blockBytes <= text.length; blockBytes++) {
      const ends = new CsvEnds(layout);
      const expected = truth.filter((end, n) => n === truth.length - 1 || Math.ceil(truth[n + 1]! / blockBytes) > Math.ceil(end / blockBytes));
      expect([blockBytes, endsIn(text, ends, blockBytes)]).toEqual([blockBytes, expected]);
      expect(ends.count).toBe(records.length);
    }
  });

  it('lines: one that is not ended is none yet', () => {
    const ends = new LineEnds();
    expect([ends.after(Buffer.from('{"a":1}\n{"b"')), ends.after(Buffer.from(':2}')), ends.after(Buffer.from('\n\n')), ends.count]).toEqual([8, 0, 2, 3]);
  });
});
