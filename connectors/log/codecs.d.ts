declare module 'snappyjs' {
  /** A raw block; throws when it would grow beyond maxLength. */
  export function uncompress(source: Buffer, maxLength?: number): Uint8Array;
}
