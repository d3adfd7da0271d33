/** Offsets of partitions that move: answered by whoever leads them a moment later, refused in the end where nobody does. */

import { describe, expect, test } from 'vitest';
import { offsetsAt } from '../../../connectors/kafka/offsets.js';
import type { Cluster } from '../../../connectors/kafka/wire/cluster.js';

interface Asked {
  readonly topics: readonly { readonly topic: string; readonly partitions: readonly { readonly partition: number }[] }[];
}

/** Broker 1 led everything; partition 1 goes to broker 2, which answers from the given try on. */
function moving(from: number): { cluster: Cluster; asked: string[] } {
  const asked: string[] = [];
  let metadata = 0;
  const cluster = {
    request: (leader: number, _: unknown, { topics }: Asked) =>
      Promise.resolve(
        topics.map(({ topic, partitions }) => ({
          topic,
          partitions: partitions.map(({ partition }) => {
            asked.push(`${leader}:${partition}`);
            const isLed = partition === 0 ? leader === 1 : leader === 2 && metadata >= from;
            return { partition, error: isLed ? 0 : 6, offset: 10 * (partition + 1) };
          }),
        })),
      ),
    metadata: () => {
      metadata++;
      return Promise.resolve({ brokers: [], topics: [{ name: 'moved', isInternal: false, error: 0, partitions: [{ partition: 0, leader: 1 }, { partition: 1, leader: 2 }] }] });
    },
  };
  return { cluster: cluster as unknown as Cluster, asked };
}

const partitions = [0, 1].map((partition) => ({ topic: 'moved', partition, leader: 1 }));
const signal = new AbortController().signal;

describe('offsets', () => {
  test('of a partition that moved are asked of its new leader, and only those', async () => {
    const { cluster, asked } = moving(2);
    expect(await offsetsAt(cluster, 'bus', partitions, () => -1, signal)).toEqual([10, 20]);
    expect(asked).toEqual(['1:0', '1:1', '2:1', '2:1']);
  });

  test('of a partition that nobody leads are an error in the end', async () => {
    await expect(offsetsAt(moving(99).cluster, 'bus', partitions, () => -1, signal)).rejects.toMatchObject({ code: 'source.cut', message: expect.stringContaining('moved, partition 1') as string });
  });
});
