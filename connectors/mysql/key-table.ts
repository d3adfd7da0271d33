/**
 * Shipped keys as one JSON parameter that the server reads as a table, each of which an index leads to. Text and bytes
 * are not shipped so: their bytes would be compared key by key, where a list is searched.
 */

import type { Operand } from '../sql/style.js';
import { dateText, splitTimestamp, timeText } from '../sql/calendar.js';
import type { Family } from '../sql/style.js';
import type { MysqlFacts } from './facts.js';

/** MySQL 8.0.4 and MariaDB 10.6 have JSON_TABLE. */
export function hasJsonTable({ product, version }: MysqlFacts): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(/[.-]/).map(Number);
  const number = (major * 100 + minor) * 1_000 + patch;
  return number >= (product === 'MariaDB' ? 1_006_000 : 800_004);
}

export function keyTable(values: readonly Operand[], family: Family): { readonly json: string; readonly type: string } | undefined {
  switch (family) {
    case 'integer': {
      const numbers = values.map(({ value }) => value as bigint);
      return { json: `[${numbers.join(',')}]`, type: integerType(numbers) };
    }
    case 'decimal': {
      // As strings: a JSON number may pass through a double.
      const texts = values.map(({ value }) => value as string);
      const scale = Math.max(...texts.map((text) => /\.(\d+)/.exec(text)?.[1]?.length ?? 0));
      return { json: JSON.stringify(texts), type: `DECIMAL(65,${scale})` };
    }
    case 'date':
      return { json: JSON.stringify(values.map(({ value }) => dateText(Number(value)).text)), type: 'DATE' };
    case 'timestamp':
    case 'instant': {
      const texts = values.map(({ value }) => {
        const { days, time } = splitTimestamp(value as bigint);
        return `${dateText(days).text} ${timeText(time)}`;
      });
      return { json: JSON.stringify(texts), type: 'DATETIME(6)' };
    }
    default:
      return undefined;
  }
}

/** A number that its column of the table can't hold would be NULL there, and its rows lost. */
function integerType(numbers: readonly bigint[]): string {
  if (numbers.every((n) => n >= -(2n ** 63n) && n < 2n ** 63n)) return 'BIGINT';
  if (numbers.every((n) => n >= 0n && n < 2n ** 64n)) return 'BIGINT UNSIGNED';
  return 'DECIMAL(65,0)';
}
