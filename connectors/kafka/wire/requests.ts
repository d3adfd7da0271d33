/**
 * The few requests that reading needs, in versions that Kafka 2.3 and all later ones speak. There is none that joins a
 * group, commits an offset, produces a record or changes a topic.
 */

import type { WireReader } from './reader.js';
import type { WireWriter } from './writer.js';

/** One kind of request: what it is called, how it is written, how its answer is read. */
export interface Api<Request, Response> {
  readonly name: string;
  readonly key: number;
  readonly version: number;
  write(writer: WireWriter, request: Request): void;
  read(reader: WireReader): Response;
}

export const apiVersions: Api<void, { error: number; apis: { key: number; min: number; max: number }[] }> = {
  name: 'ApiVersions',
  key: 18,
  version: 0,
  write() {},
  read: (r) => ({ error: r.int16(), apis: r.array(() => ({ key: r.int16(), min: r.int16(), max: r.int16() })) }),
};

export interface PartitionMetadata {
  readonly error: number;
  readonly partition: number;
  /** Node id; -1 while there is none. */
  readonly leader: number;
}

export interface TopicMetadata {
  readonly error: number;
  readonly name: string;
  readonly isInternal: boolean;
  readonly partitions: readonly PartitionMetadata[];
  /** Bits by AclOperation; MIN_INT when it is not told. */
  readonly operations: number;
}

export interface Metadata {
  readonly brokers: readonly { readonly id: number; readonly host: string; readonly port: number }[];
  readonly clusterId: string | null;
  readonly topics: readonly TopicMetadata[];
  readonly clusterOperations: number;
}

/** All topics when none is named. Never creates one. */
export const metadata: Api<{ topics: readonly string[] | undefined; rights: boolean }, Metadata> = {
  name: 'Metadata',
  key: 3,
  version: 8,
  write(w, { topics, rights }) {
    if (topics === undefined) w.int32(-1);
    else w.array(topics, (writer, topic) => writer.string(topic));
    w.boolean(false).boolean(rights).boolean(rights);
  },
  read(r) {
    r.int32();
    const brokers = r.array(() => {
      const broker = { id: r.int32(), host: r.string(), port: r.int32() };
      r.nullableString();
      return broker;
    });
    const clusterId = r.nullableString();
    r.int32();
    const topics = r.array((): TopicMetadata => {
      const [error, name, isInternal] = [r.int16(), r.string(), r.boolean()];
      const partitions = r.array((): PartitionMetadata => {
        const partition = { error: r.int16(), partition: r.int32(), leader: r.int32() };
        r.int32();
        for (let list = 0; list < 3; list++) r.array(() => r.int32());
        return partition;
      });
      return { error, name, isInternal, partitions, operations: r.int32() };
    });
    return { brokers, clusterId, topics, clusterOperations: r.int32() };
  },
};

/** As timestamps: the end of the log (with read committed, its last stable offset) and its beginning. */
export const latest = -1;
export const earliest = -2;

export interface TopicPartitions<P> {
  readonly topic: string;
  readonly partitions: readonly P[];
}

export interface OffsetFound {
  readonly partition: number;
  readonly error: number;
  readonly timestamp: number;
  /** -1 when no record is as late as asked for. */
  readonly offset: number;
}

/** Whose end is meant: of committed messages (the last stable offset), or of all (the high watermark). */
export type Isolation = 'read_committed' | 'read_uncommitted';

export const listOffsets: Api<{ readonly topics: readonly TopicPartitions<{ partition: number; timestamp: number }>[]; readonly isolation: Isolation }, TopicPartitions<OffsetFound>[]> = {
  name: 'ListOffsets',
  key: 2,
  version: 2,
  write(w, { topics, isolation }) {
    w.int32(-1).int8(isolation === 'read_committed' ? 1 : 0);
    w.array(topics, (t, { topic, partitions }) => t.string(topic).array(partitions, (p, { partition, timestamp }) => p.int32(partition).int64(timestamp)));
  },
  read(r) {
    r.int32();
    return r.array(() => ({
      topic: r.string(),
      partitions: r.array(() => ({ partition: r.int32(), error: r.int16(), timestamp: r.int64(), offset: r.int64() })),
    }));
  },
};

export interface FetchRequest {
  readonly maxWaitMs: number;
  readonly maxBytes: number;
  readonly topics: readonly TopicPartitions<{ partition: number; offset: number; maxBytes: number }>[];
}

export interface Fetched {
  readonly partition: number;
  readonly error: number;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logStart: number;
  readonly aborted: readonly { readonly producer: number; readonly first: number }[];
  /** Whole record batches, the last one perhaps cut short. */
  readonly records: Buffer;
}

export interface FetchResponse {
  readonly error: number;
  readonly topics: readonly TopicPartitions<Fetched>[];
}

/** Read committed, without a group, without a fetch session. */
export const fetch: Api<FetchRequest, FetchResponse> = {
  name: 'Fetch',
  key: 1,
  version: 11,
  write(w, { maxWaitMs, maxBytes, topics }) {
    w.int32(-1).int32(maxWaitMs).int32(1).int32(maxBytes).int8(1).int32(0).int32(-1);
    w.array(topics, (t, { topic, partitions }) =>
      t.string(topic).array(partitions, (p, { partition, offset, maxBytes: limit }) => p.int32(partition).int32(-1).int64(offset).int64(-1).int32(limit)),
    );
    w.int32(0).string('');
  },
  read(r) {
    r.int32();
    const error = r.int16();
    r.int32();
    const topics = r.array(() => ({
      topic: r.string(),
      partitions: r.array((): Fetched => {
        const head = { partition: r.int32(), error: r.int16(), highWatermark: r.int64(), lastStableOffset: r.int64(), logStart: r.int64() };
        const aborted = r.array(() => ({ producer: r.int64(), first: r.int64() }));
        r.int32();
        return { ...head, aborted, records: r.bytes() };
      }),
    }));
    return { error, topics };
  },
};

export interface ConfigsFound {
  readonly error: number;
  readonly topic: string;
  readonly values: Readonly<Record<string, string | null>>;
}

export const describeConfigs: Api<{ topics: readonly string[]; names: readonly string[] }, ConfigsFound[]> = {
  name: 'DescribeConfigs',
  key: 32,
  version: 1,
  write(w, { topics, names }) {
    const topicResource = 2;
    w.array(topics, (t, topic) => t.int8(topicResource).string(topic).array(names, (n, name) => n.string(name))).boolean(false);
  },
  read(r) {
    r.int32();
    return r.array(() => {
      const error = r.int16();
      r.nullableString();
      r.int8();
      const topic = r.string();
      const entries = r.array((): [string, string | null] => {
        const entry: [string, string | null] = [r.string(), r.nullableString()];
        r.boolean();
        r.int8();
        r.boolean();
        r.array(() => [r.string(), r.nullableString(), r.int8()]);
        return entry;
      });
      return { error, topic, values: Object.fromEntries(entries) };
    });
  },
};

/** Of the groups that the asked broker coordinates. */
export const listGroups: Api<void, { error: number; groups: { group: string; protocol: string }[] }> = {
  name: 'ListGroups',
  key: 16,
  version: 1,
  write() {},
  read(r) {
    r.int32();
    return { error: r.int16(), groups: r.array(() => ({ group: r.string(), protocol: r.string() })) };
  },
};

export interface OffsetsCommitted {
  /** 16, NOT_COORDINATOR: another broker knows. */
  readonly error: number;
  /** -1: the group has committed nothing for the partition. */
  readonly topics: readonly TopicPartitions<{ partition: number; offset: number; error: number }>[];
}

/** What a group has committed. It is no member's request: nothing is joined and nothing is kept by it. */
export const offsetFetch: Api<{ group: string; topic: string; partitions: readonly number[] }, OffsetsCommitted> = {
  name: 'OffsetFetch',
  key: 9,
  version: 5,
  write(w, { group, topic, partitions }) {
    w.string(group).array([topic], (t, name) => t.string(name).array(partitions, (p, partition) => p.int32(partition)));
  },
  read(r) {
    r.int32();
    const topics = r.array(() => ({
      topic: r.string(),
      partitions: r.array(() => {
        const [partition, offset] = [r.int32(), r.int64()];
        r.int32();
        r.nullableString();
        return { partition, offset, error: r.int16() };
      }),
    }));
    return { error: r.int16(), topics };
  },
};

export const saslHandshake: Api<string, { error: number; mechanisms: string[] }> = {
  name: 'SaslHandshake',
  key: 17,
  version: 1,
  write: (w, mechanism) => void w.string(mechanism),
  read: (r) => ({ error: r.int16(), mechanisms: r.array(() => r.string()) }),
};

export const saslAuthenticate: Api<Buffer, { error: number; message: string | null; bytes: Buffer }> = {
  name: 'SaslAuthenticate',
  key: 36,
  version: 1,
  write: (w, bytes) => void w.bytes(bytes),
  read(r) {
    const answer = { error: r.int16(), message: r.nullableString(), bytes: r.bytes() };
    r.int64();
    return answer;
  },
};

/** What a broker must offer. */
export const needed: readonly Api<never, unknown>[] = [metadata, listOffsets, fetch, describeConfigs] as never;
