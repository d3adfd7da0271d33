import { expect, test } from 'vitest';
import { AishellError } from '../../../src/errors.js';
import { errorText } from '../../../src/render/errors.js';
import { style } from '../../../src/render/style.js';
import { displayWidth } from '../../../src/render/width.js';

const error = new AishellError('question.not_understood', 'It can be read in more ways than one, and none of them is likelier.', 'Pick one of them by its number, or write it in SQL.', {
  data: { understood: ['a', 'b'], near: [{ reading: 'number of rows of the one table, for each of its states', sql: 'SELECT a_column_with_a_long_name FROM a.table_with_a_long_name' }] },
});

test('a failure is broken at words where the terminal ends; statements between their words, so that they can be copied', () => {
  const lines = errorText(error, { style: style(false), verbose: false, width: 40 }).split('\n');
  for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(40);
  expect(lines.join('\n')).toContain('     SELECT a_column_with_a_long_name\n       FROM a.table_with_a_long_name');
  expect(lines.slice(0, 2)).toEqual(['error: It can be read in more ways than', 'one, and none of them is likelier.']);
  expect(lines.slice(4, 6)).toEqual(['  1. number of rows of the one table,', '     for each of its states']);
});

test('where there is no terminal, a line is a line', () => {
  const whole = errorText(error, { style: style(false), verbose: false });
  expect(whole.split('\n')[0]).toBe(`error: ${error.message}`);
  expect(errorText(error, { style: style(true), verbose: false, width: 40 }).replace(/\u001b\[\d+m/g, '')).toBe(errorText(error, { style: style(false), verbose: false, width: 40 }));
});
