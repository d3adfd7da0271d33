/** What the rest of aishell sees of aishell.yaml, once it is read, validated and its variables are resolved. */

import type { Secret } from './secret.js';
import type { ServiceConfig } from '../../connectors/contract.js';

export interface Config {
  /** Absolute path of the file; the cache and the history are kept per path. */
  readonly path: string;
  readonly services: readonly ServiceConfig[];
  /** IANA name; relative dates and local times are read in it. Default UTC. */
  readonly timezone: string;
  readonly limits: Limits;
  readonly links: readonly LinkDecision[];
  readonly model: ModelConfig | undefined;
}

/** Stated defaults; every one can be set under `limits:` and some by a flag. */
export interface Limits {
  /** Rows in the answer; more are counted as truncated. Default 1,000; 0 means all. */
  readonly resultRows: number;
  /** Rows that one statement may move out of all stores together. Default 20,000,000. */
  readonly movedRows: number;
  /** Bytes likewise. Default 8 GiB. */
  readonly movedBytes: number;
  /** Per statement. Default 300,000. */
  readonly timeoutMs: number;
  /** Resident memory of the process. Default 1 GiB. */
  readonly memoryBytes: number;
  /** Default 10,000. */
  readonly connectTimeoutMs: number;
}

/** A person's word on a link: `links:` entries. `from` and `to` are `service.table.column`. */
export interface LinkDecision {
  readonly from: string;
  readonly to: string;
  readonly decision: 'confirmed' | 'rejected';
}

export interface ModelConfig {
  readonly baseUrl: string | undefined;
  readonly name: string;
  readonly apiKey: Secret | undefined;
  /** Default false: names and types only, never a value of a row. */
  readonly allowValues: boolean;
  /** Default 60,000. */
  readonly timeoutMs: number;
}
