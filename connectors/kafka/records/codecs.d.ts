declare module 'lz4js' {
  /** A whole frame. */
  export function decompress(source: Uint8Array, maxSize?: number): Uint8Array;
}

declare module 'snappyjs' {
  /** A raw block; throws when it would grow beyond maxLength. */
  export function uncompress(source: Buffer, maxLength?: number): Uint8Array;
}
