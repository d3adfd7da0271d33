/**
 * What a search through a log spends its time on, for a WebAssembly engine (AssemblyScript, assemblyscript.org):
 * decoding blocks of LZ4 (github.com/lz4/lz4, lz4_Block_format.md) and looking for bytes, sixteen at a time.
 * `npx tsx scripts/kernel.ts` makes bytes.ts of it.
 *
 * All addresses are the caller's. Copies are made in steps of 32 bytes: `slack` bytes (kernel.ts) behind every end
 * must be in the memory, and those behind what is written must be of no value.
 */

/** Copies from `from` to `to` until `end` or up to 31 bytes beyond; at least 16 bytes lie between both. */
// @ts-ignore
@inline
function copySteps(to: usize, from: usize, end: usize): void {
  do {
    v128.store(to, v128.load(from));
    v128.store(to + 16, v128.load(from + 16));
    to += 32;
    from += 32;
  } while (to < end);
}

/** Repeats what lies before `to`: what is copied may be what was just written. */
function copyMatch(to: usize, from: usize, end: usize): void {
  const offset = to - from;
  if (offset >= 16) return copySteps(to, from, end);
  // A pattern of few bytes is written out until as many of them lie behind as a step copies.
  let behind = offset;
  while (behind < 16) behind += offset;
  const near = min(end, to + behind);
  do {
    store<u8>(to, load<u8>(from));
    to++;
    from++;
  } while (to < near);
  if (to < end) copySteps(to, to - behind, end);
}

/**
 * Decodes one block.
 * @param first where what matches may refer to begins: the block's own output, or that of the blocks before it
 * @returns bytes written, or -1 when the block is garbled or longer than its place
 */
export function decode(source: usize, sourceEnd: usize, target: usize, targetEnd: usize, first: usize): i32 {
  const begin = target;
  // Up to here a short sequence can be neither cut short nor too long, so that most are decoded without a look at the ends.
  const safeSource = sourceEnd - 48;
  const safeTarget = targetEnd - 64;
  while (true) {
    const token = <u32>load<u8>(source);
    source++;
    let literals: usize = token >> 4;
    let length: usize = token & 15;
    if (literals < 15 && <isize>source < <isize>safeSource && <isize>target < <isize>safeTarget) {
      v128.store(target, v128.load(source));
      source += literals;
      target += literals;
      const offset: usize = load<u16>(source);
      source += 2;
      const from = target - offset;
      if (offset === 0 || offset > target - first) return -1;
      if (length !== 15) {
        length += 4;
        if (offset >= 16) {
          v128.store(target, v128.load(from));
          store<u16>(target + 16, load<u16>(from + 16));
        } else {
          copyMatch(target, from, target + length);
        }
        target += length;
        continue;
      }
      let more: usize = load<u8>(source);
      source++;
      length += 4 + more;
      while (more === 255) {
        if (source >= sourceEnd) return -1;
        more = load<u8>(source);
        source++;
        length += more;
      }
      if (length > targetEnd - target) return -1;
      copyMatch(target, from, target + length);
      target += length;
      continue;
    }
    if (source > sourceEnd) return -1;
    if (literals === 15) {
      let more: usize;
      do {
        if (source >= sourceEnd) return -1;
        more = load<u8>(source);
        source++;
        literals += more;
      } while (more === 255);
    }
    if (literals > sourceEnd - source || literals > targetEnd - target) return -1;
    if (literals > 0) copySteps(target, source, target + literals);
    source += literals;
    target += literals;
    // The last sequence has literals only.
    if (source === sourceEnd) return <i32>(target - begin);
    if (sourceEnd - source < 2) return -1;
    const offset: usize = load<u16>(source);
    source += 2;
    if (length === 15) {
      let more: usize;
      do {
        if (source >= sourceEnd) return -1;
        more = load<u8>(source);
        source++;
        length += more;
      } while (more === 255);
    }
    length += 4;
    if (offset === 0 || offset > target - first || length > targetEnd - target) return -1;
    copyMatch(target, target - offset, target + length);
    target += length;
  }
}

/** Where in the sixteen bytes from `at` on a needle may begin, by two of its bytes. */
// @ts-ignore
@inline
function candidates(at: usize, middle: usize, last: usize, middles: v128, lasts: v128): v128 {
  return v128.and(i8x16.eq(v128.load(at + middle), middles), i8x16.eq(v128.load(at + last), lasts));
}

/**
 * Whether the needle stands between `at` and `end`. Where a middle byte and the last one of it fit, the rest is compared
 * (W. Mula, "SIMD-friendly algorithms for substring searching", with another first byte: messages share their beginnings).
 */
export function holds(at: usize, end: usize, needle: usize, length: usize): bool {
  if (end - at < length) return false;
  const middle: usize = (length - 1) >> 1;
  const last: usize = length - 1;
  const middles = i8x16.splat(load<u8>(needle + middle));
  const lasts = i8x16.splat(load<u8>(needle + last));
  const latest = end - length;
  while (at <= latest) {
    // Mostly there is none in the next 64 bytes either.
    const four = v128.or(
      v128.or(candidates(at, middle, last, middles, lasts), candidates(at + 16, middle, last, middles, lasts)),
      v128.or(candidates(at + 32, middle, last, middles, lasts), candidates(at + 48, middle, last, middles, lasts)),
    );
    if (!v128.any_true(four)) {
      at += 64;
      continue;
    }
    for (const next = at + 64; at < next; at += 16) {
      let fits = i8x16.bitmask(candidates(at, middle, last, middles, lasts));
      while (fits !== 0) {
        const start = at + <usize>ctz(fits);
        if (start > latest) return false;
        let i: usize = 0;
        while (i < length && load<u8>(start + i) === load<u8>(needle + i)) i++;
        if (i === length) return true;
        fits &= fits - 1;
      }
    }
  }
  return false;
}
