/**
 * The SQL printer that relational stores share.
 *
 * A store says in a `SqlStyle` (style.ts) what it does its own way: quoting, placeholders, typed literals, how text
 * compares, how keys are shipped. conditions.ts reads filters, select.ts prints the one SELECT, framing.ts splits wire
 * bytes into messages, calendar.ts writes dates, tls.ts and failures.ts turn settings and network errors into what
 * every store means by them. A new SQL store is a style and a source.
 */

import type { Dialect, Reason, Scan } from '../contract.js';
import { isReason } from '../contract.js';
import { condition } from './conditions.js';
import { familyOf } from './families.js';
import { accepts, compile, scanColumn } from './select.js';
import { scanScope } from './scope.js';
import type { SqlStyle } from './style.js';

export function sqlDialect(style: SqlStyle): Dialect {
  return {
    language: style.language,
    maxKeys: style.maxKeys,
    filter(conjunct, scan) {
      const judged = condition(conjunct, scanScope(scan), style);
      if (isReason(judged)) return judged;
      return judged.exact ? 'exact' : 'superset';
    },
    accepts: (rel) => accepts(rel, style),
    acceptsKeys(id, keyType, scan: Scan): true | Reason {
      const column = scanColumn(id, scan);
      const family = style.family(column, scan.table);
      if (isReason(family)) return family;
      const keyFamily = familyOf(keyType);
      if (keyFamily === undefined) return { reason: 'keys of this type are compared locally' };
      return style.acceptsKeys(column, family, keyFamily);
    },
    compile: (rel, keys) => compile(rel, keys, style),
  };
}
