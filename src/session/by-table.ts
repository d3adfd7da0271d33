/** Progress of what is made of many statements. */

import type { ProgressEvent } from '../engine/contract.js';

/** Each statement is over one table, and their parts all have the same names. */
export function namedByTable(onProgress: (event: ProgressEvent) => void): (event: ProgressEvent) => void {
  return (event) => (event.table === undefined ? undefined : onProgress({ ...event, fragment: `${event.service}.${event.table}` }));
}
