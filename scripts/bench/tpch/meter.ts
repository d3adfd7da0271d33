/** Bytes that a server sent, counted by a loopback proxy in front of it. */

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export class Meter {
  private constructor(
    private readonly process: ChildProcess,
    private readonly lines: AsyncIterator<string>,
    readonly port: number,
  ) {}

  static async to(port: number): Promise<Meter> {
    const child = spawn(process.execPath, [join(dirname(fileURLToPath(import.meta.url)), 'meter_proxy.mjs'), String(port)], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    return new Meter(child, lines, Number((await lines.next()).value));
  }

  async bytes(): Promise<number> {
    this.process.stdin!.write('\n');
    return Number((await this.lines.next()).value);
  }

  close(): void {
    this.process.stdin!.end();
  }
}
