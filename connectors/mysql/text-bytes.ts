/** Text in DuckDB's order and equality. */

import type { Bind, Operand } from '../sql/style.js';

/** Text as its UTF-8 bytes, which compare as DuckDB compares: no case, no accents, no padding. */
export function textBytes(operand: Operand, bind: Bind): string {
  if (operand.value !== undefined) return `CAST(${operand.print(bind)} AS BINARY)`;
  return `CAST(CONVERT(${operand.print(bind)} USING utf8mb4) AS BINARY)`;
}
