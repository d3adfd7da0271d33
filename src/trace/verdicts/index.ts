/**
 * What should be there and isn't, or is there too often. structure.ts judges by the steps alone; learned.ts by what other
 * events of the same logs do. A verdict is only given where the logs that would show the contrary were looked at.
 */

import type { TraceVerdict } from '../../answer/contract.js';
import type { Case } from './contract.js';
import { deadLetters, outOfOrder, publishedTwice } from './structure.js';

export async function verdictsOn(given: Case): Promise<TraceVerdict[]> {
  const { placed } = given;
  return Promise.resolve([...deadLetters(placed), ...publishedTwice(placed), ...outOfOrder(placed)]);
}
