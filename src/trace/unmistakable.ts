/** What values may stand in a message by chance, and which can't. */

/** Neither a bare number nor a plain word. */
export function isSpecific(id: string): boolean {
  return !/^\d{1,11}$/.test(id) && !(/^\p{L}+$/u.test(id) && id.length < 20) && id.length >= 3;
}

/** Made so that it stands nowhere by chance: a UUID, a ULID, a long reference; not a seat, a product code, a name, a moment. */
export function isUnmistakable(id: string): boolean {
  if (/^\d{4}-\d{2}-\d{2}/.test(id)) return false;
  return /^\d+$/.test(id) ? id.length >= 15 : id.length >= 12 && /\d/.test(id) && /^[\w:.~-]+$/.test(id);
}
