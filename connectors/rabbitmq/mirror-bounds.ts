/** What a mirror may hold. */

export const mirrorBounds = { messages: 10_000, bytes: 64 * 1024 * 1024, expiresMs: 60_000 } as const;

export const mirrorWords = `one queue of its own (exclusive, auto-delete, at most ${mirrorBounds.messages.toLocaleString('en-US')} messages and ${mirrorBounds.bytes / 1024 ** 2} MiB, the oldest dropped first)`;
