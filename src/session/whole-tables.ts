/**
 * A store must know its tables whole to read any column of them (the fifth field of a CSV line, say), also where the
 * configuration hides some: what a dialect is given has the table as the store describes it, and the columns that the
 * statement needs, which never are hidden ones.
 */

import { mapInputs } from '../algebra/index.js';
import type { Rel, Scan } from '../algebra/index.js';
import { describedTable } from '../catalog/vocabulary.js';
import type { Dialect } from '../../connectors/contract.js';

export function onWholeTables(dialect: Dialect): Dialect {
  return {
    language: dialect.language,
    maxKeys: dialect.maxKeys,
    ...(dialect.inBatches && { inBatches: (table) => dialect.inBatches!(describedTable(table)) }),
    filter: (conjunct, scan) => dialect.filter(conjunct, wholeScan(scan)),
    accepts: (rel) => dialect.accepts(whole(rel)),
    acceptsKeys: (column, keyType, scan) => dialect.acceptsKeys(column, keyType, wholeScan(scan)),
    compile: (rel, keys) => dialect.compile(whole(rel), keys),
  };
}

function wholeScan(scan: Scan): Scan {
  return { ...scan, table: describedTable(scan.table) };
}

function whole(rel: Rel): Rel {
  return rel.kind === 'scan' ? wholeScan(rel) : mapInputs(rel, whole);
}
