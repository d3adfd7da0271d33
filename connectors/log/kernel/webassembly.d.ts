/** What is used of the engine; Node's own types leave it out. */
declare namespace WebAssembly {
  class Memory {
    constructor(size: { initial: number; maximum: number; shared: true });
    /** Another object after each growth, over the same bytes. */
    readonly buffer: SharedArrayBuffer;
    /** By pages of 64 KiB; throws a RangeError where there is no memory. */
    grow(pages: number): number;
  }
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, unknown>>);
    readonly exports: Record<string, unknown>;
  }
}
