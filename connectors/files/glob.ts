/** Globs over paths with forward slashes: `*` and `?` within a segment, `**` across segments, `{a,b}`. */

export function matchesGlob(path: string, glob: string): boolean {
  let pattern = '';
  for (let i = 0; i < glob.length; i++) {
    const char = glob[i]!;
    if (char === '*' && glob[i + 1] === '*') {
      const isWholeSegment = glob[i + 2] === '/';
      pattern += isWholeSegment ? '(?:.*/)?' : '.*';
      i += isWholeSegment ? 2 : 1;
    } else if (char === '*') pattern += '[^/]*';
    else if (char === '?') pattern += '[^/]';
    else if (char === '{') pattern += '(?:';
    else if (char === '}') pattern += ')';
    else if (char === ',' && glob.lastIndexOf('{', i) > glob.lastIndexOf('}', i)) pattern += '|';
    else pattern += char.replace(/[.+^$()|[\]\\]/, '\\$&');
  }
  return new RegExp(`^${pattern}$`, 's').test(path);
}
