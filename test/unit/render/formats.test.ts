import { describe, expect, test } from 'vitest';
import type { Answer, Cell, QueryAnswer } from '../../../src/answer/contract.js';
import { rememberSecret } from '../../../src/config/secret.js';
import { createWriter, formats, renderAnswer } from '../../../src/render/index.js';
import { displayWidth } from '../../../src/render/width.js';
import * as answers from './answers.js';

const query = (columns: readonly [string, string][], rows: readonly (readonly Cell[])[]): QueryAnswer => ({
  ...answers.query,
  columns: columns.map(([name, type]) => ({ name, type })),
  rows,
  rowCount: rows.length,
});

const table = (answer: Answer, width?: number) => renderAnswer(answer, { format: 'table', ...(width !== undefined && { width }) });

 
const acting = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]/;

describe('every answer in every format', () => {
  test.each(answers.all.flatMap((answer) => formats.map((format) => [answer.kind, format, answer] as const)))('%s as %s', async (_, format, answer) => {
    const text = await renderAnswer(answer, { format, width: 100, verbose: true });
    expect(text).not.toBe('');
    expect(text).not.toContain('undefined');
    expect(text).not.toContain('[object');
    expect(acting.test(text)).toBe(false);
  });

  test('golden: a query as a table', async () => {
    expect(await table(answers.query, 80)).toBe(
      [
        '  id │ name', '─────┼──────', '   1 │ Ann', '  20 │ NULL', ' 300 │', '', '(3 rows from 1 service, 21 ms)', 'reading  all people', 'assumed  people are rows',
        'or (2)   their names', '  crm  3 rows  1.2 kB  12 ms  SELECT "id" FROM "people"', '',
      ].join('\n'),
    );
  });

  test('-v adds the SQL and everything known of a fragment', async () => {
    const text = await renderAnswer(answers.query, { format: 'table', verbose: true });
    for (const part of ['SELECT id, name FROM crm.people', 'repeatable read snapshot', 'CommandComplete: COPY 3', 'id > 1', 'name: collation', '"NaN"', 'p0 from 0 to 10']) expect(text).toContain(part);
  });

  test('a secret is blanked everywhere but in rows', async () => {
    rememberSecret('hunter2hunter2');
    const answer = { ...answers.query, rows: [['1', 'hunter2hunter2']], fragments: [{ ...answers.query.fragments[0]!, native: 'x hunter2hunter2', params: ['hunter2hunter2'] }] };
    for (const format of ['table', 'json', 'markdown'] as const) {
      const text = await renderAnswer(answer, { format, verbose: true });
      expect(text.match(/hunter2hunter2/g)).toHaveLength(1);
      expect(text).toContain('***');
    }
  });
});

describe('table', () => {
  test('NULL, an empty text and the word NULL differ', async () => {
    const text = await table(query([['a', 'VARCHAR']], [[null], [''], ['NULL']]));
    expect(text.split('\n').slice(2, 5)).toEqual([' NULL', '', ' "NULL"']);
  });

  test('wide characters align', async () => {
    const text = await table(query([['a', 'VARCHAR'], ['b', 'VARCHAR']], [['日本', 'x'], ['👩‍👩‍👧‍👦', 'x'], ['e\u0301', 'x'], ['abcd', 'x']]));
    const starts = text.split('\n').slice(0, 6).map((line) => displayWidth(line.split(/[│┼]/)[0]!));
    expect(new Set(starts).size).toBe(1);
  });

  test('fits the terminal; numbers and instants are never cut', async () => {
    const long = 'x'.repeat(300);
    const text = await table(query([['n', 'DECIMAL(38,0)'], ['s', 'VARCHAR'], ['at', 'TIMESTAMP'], ['t', 'VARCHAR']], [['9'.repeat(38), long, '2026-01-01 00:00:00', long]]), 100);
    const lines = text.split('\n').slice(0, 3);
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(100);
    expect(lines[2]).toContain('9'.repeat(38));
    expect(lines[2]).toContain('2026-01-01 00:00:00');
    expect(lines[2]).toContain('…');
  });

  test('a floating-point number loses digits behind its point alone, with a mark; a long name stands over several lines', async () => {
    const columns: [string, string][] = [['at', 'TIMESTAMP'], ['user_service_health_error_rate', 'DOUBLE'], ['largest_of_all', 'DOUBLE'], ['how_many_there_are', 'BIGINT']];
    const text = await table(query(columns, [['2026-01-01 00:00:00', 0.0043083333333333316, 1e300, '12345678901'], ['2026-01-01 01:00:00', 1234567.123456789, -5.5, '1']]), 64);
    const lines = text.split('\n');
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(64);
    const rule = lines.findIndex((line) => line.startsWith('───'));
    expect(lines.slice(0, rule).join('').replace(/[\s│]/g, '')).toContain('user_');
    expect(lines[rule + 1]).toMatch(/ 0\.00430\d*… │ +1e\+300 │ +12345678901$/);
    expect(lines[rule + 2]).toMatch(/ 1234567\.1\d*… │ +-5\.5 │ +1$/);
    // Where there is room, all is whole.
    expect(await table(query(columns, [['2026-01-01 00:00:00', 0.0043083333333333316, 1e300, '1']]), 200)).toContain('0.0043083333333333316');
  });

  test('words of ours that don’t fit go on below, and none is lost', async () => {
    const text = await table(answers.diff, 50);
    for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(50);
    expect(text).not.toContain('…');
    const wide = await table(answers.diff, 500);
    const letters = (shown: string): string[] => [...shown.replace(/[\s│─═┼]/g, '')].sort();
    expect(letters(text)).toEqual(letters(wide));
  });

  test('too many columns become records, and 2,000 columns end', async () => {
    const columns = Array.from({ length: 2000 }, (_, i) => [`column_${i}`, 'INTEGER'] as [string, string]);
    const text = await table(query(columns, Array.from({ length: 50 }, () => columns.map((_, i) => i))), 80);
    expect(text).toContain('row 50');
    expect(text).toContain('column_1999');
    expect(text.split('\n').length).toBeGreaterThan(100_000);
    for (const line of text.split('\n').slice(0, 2100)) expect(displayWidth(line)).toBeLessThanOrEqual(80);
  });

  test('a narrow terminal', async () => {
    for (const answer of answers.all) {
      const text = await table(answer, 20);
      expect(text).not.toBe('');
    }
  });

  test('a value of 10 MB does not make every row as wide', async () => {
    const text = await table(query([['a', 'VARCHAR']], [['y'.repeat(10_000_000)], ['b']]));
    expect(text.length).toBeLessThan(5000);
  });

  test('an empty result still has its header', async () => {
    expect(await table(query([['a', 'VARCHAR']], []))).toMatch(/^ a\n───\n\n\(0 rows/);
  });

  test('ascii only, and colours only where asked for', async () => {
    const ascii = await renderAnswer(answers.query, { format: 'table', ascii: true });
    expect(ascii.split('\n').slice(0, 2)).toEqual(['  id | name', '-----+------']);
    expect(await renderAnswer(answers.query, { format: 'table', color: true })).toContain('\u001b[1m');
    expect(await table(answers.query)).not.toContain('\u001b');
  });

  test('truncation and incompleteness are said', async () => {
    expect(await table({ ...answers.query, truncated: true })).toContain('(first 3 rows from 1 service, 21 ms; there are more: --limit 0 gives all, .limit 0 at the prompt)');
    const text = await table({ ...answers.query, complete: false, missing: [{ service: 'crm', reason: 'down.', remedy: 'Start it.' }] });
    expect(text).toContain('INCOMPLETE');
    expect(text).toContain('missing  crm: down. Start it.');
    const named = await table({ ...answers.query, complete: false, missing: [{ service: 'crm', reason: 'crm: nobody answers', remedy: 'Start it.' }] });
    expect(named).toContain('missing  crm: nobody answers. Start it.');
  });
});

describe('csv', () => {
  const csv = (answer: Answer, screen = false) => renderAnswer(answer, { format: 'csv', screen });

  test('RFC 4180, exact data, NULL and empty apart', async () => {
    const text = await csv(query([['a', 'VARCHAR'], ['b', 'VARCHAR']], [['x"y', 'a,b'], ['l1\nl2', null], ['', '=1+1'], ['\u001b', 'true']]));
    expect(text).toBe('a,b\n"x""y","a,b"\n"l1\nl2",\n"",=1+1\n\u001b,true\n');
  });

  test('harmless when a person looks at it', async () => {
    expect(await csv(query([['a', 'VARCHAR']], [['\u001b[2J']]), true)).toBe('a\n␛[2J\n');
  });

  test('nested values are JSON, equal names get a suffix', async () => {
    const text = await csv(query([['a', 'JSON'], ['a', 'BOOLEAN'], ['a_2', 'INTEGER']], [[{ k: [1, 'x'] }, true, 5]]));
    expect(text).toBe('a,a_3,a_2\n"{""k"":[1,""x""]}",true,5\n');
  });

  test('the sections of a report lie in one table', async () => {
    expect(await csv(answers.report)).toContain('section,row,column,value\nPeople,1,id,1\n');
  });
});

describe('json and ndjson', () => {
  test('json is the contract as it is', async () => {
    for (const answer of answers.all) {
      const plain = JSON.parse(JSON.stringify(answer, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v instanceof Uint8Array ? 'AQI=' : Number.isNaN(v) ? 'NaN' : v))) as unknown;
      expect(JSON.parse(await renderAnswer(answer, { format: 'json' }))).toEqual(plain);
    }
  });

  test('ndjson keeps the order of columns, whatever they are called', async () => {
    expect(await renderAnswer(query([['b', 'INTEGER'], ['1', 'INTEGER'], ['__proto__', 'INTEGER'], ['b', 'INTEGER']], [[1, 2, 3, 4]]), { format: 'ndjson' })).toBe('{"b":1,"1":2,"__proto__":3,"b_2":4}\n');
  });
});

describe('markdown', () => {
  test('nothing in a value acts', async () => {
    const text = await renderAnswer(query([['a|b', 'VARCHAR']], [['x|y'], ['<script>'], ['[a](b)'], ['l1\nl2'], ['`c`'], ['https://evil.test'], ['&lt;']]), { format: 'markdown' });
    expect(text.split('\n').slice(0, 9)).toEqual([
      '| a\\|b |', '| --- |', '| x\\|y |', '| \\<script\\> |', '| \\[a\\](b) |', '| l1<br>l2 |', '| \\`c\\` |', '| https:&#8203;//evil.test |', '| &amp;lt; |',
    ]);
  });

  test('a fence is longer than the backticks inside', async () => {
    const text = await renderAnswer({ ...answers.explain, sql: 'a\n```\nb' }, { format: 'markdown' });
    expect(text).toContain('````sql\na\n```\nb\n````');
  });
});

describe('streaming', () => {
  async function streamed(format: (typeof formats)[number], batches: number, end: 'finish' | 'abandon'): Promise<{ text: string; chunks: number }> {
    const chunks: string[] = [];
    const writer = createWriter({ format, width: 80, screen: false }, (chunk) => void chunks.push(chunk));
    await writer.columns(answers.query.columns);
    for (let i = 0; i < batches; i += 1) await writer.rows(Array.from({ length: 1000 }, (_, j) => [String(i * 1000 + j), 'x']));
    if (end === 'finish') await writer.finish({ ...answers.query, rows: [], rowCount: batches * 1000 });
    else await writer.abandon('cancelled');
    return { text: chunks.join(''), chunks: chunks.length };
  }

  test.each(formats)('%s gives the same as a whole answer, piece by piece', async (format) => {
    const { text, chunks } = await streamed(format, 3, 'finish');
    const rows = Array.from({ length: 3000 }, (_, i) => [String(i), 'x']);
    const whole = await renderAnswer({ ...answers.query, rows, rowCount: 3000 }, { format, width: 80, screen: false });
    expect(text).toBe(whole);
    expect(chunks).toBeGreaterThan(2);
  });

  test('an abandoned answer says so', async () => {
    expect((await streamed('table', 2, 'abandon')).text).toContain('(2,000 rows, INCOMPLETE: cancelled)');
    expect(JSON.parse((await streamed('json', 1, 'abandon')).text)).toMatchObject({ complete: false, rowCount: 1000, warnings: ['cancelled'] });
    expect(JSON.parse((await streamed('json', 0, 'abandon')).text)).toMatchObject({ complete: false, rows: [] });
  });

  test('columns given twice before any row, as when a statement is tried again, head once', async () => {
    const chunks: string[] = [];
    const writer = createWriter({ format: 'csv' }, (chunk) => void chunks.push(chunk));
    await writer.columns([{ name: 'old', type: 'INTEGER' }]);
    await writer.columns([{ name: 'new', type: 'INTEGER' }]);
    await writer.rows([[1]]);
    expect(chunks.join('')).toBe('new\n1\n');
  });
});
