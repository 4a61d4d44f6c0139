/**
 * Compares what a command printed with what a journey expects. Empty lines and the width of gaps do not count. A line of three
 * dots stands for any number of lines, one of three dashes for a ruled line, three dots inside a line for any text, `<?name>` for any text that is kept under that name.
 * Answers with what was kept, or with null when they do not match.
 */
export function matchLines(
  expected: readonly string[],
  printed: readonly string[],
): ReadonlyMap<string, string> | null {
  return matchFrom(
    expected.map(tidy),
    printed.map(tidy).filter((line) => line !== ''),
    new Map(),
  );
}

type Kept = ReadonlyMap<string, string>;

function matchFrom([first, ...rest]: readonly string[], printed: readonly string[], kept: Kept): Kept | null {
  if (first === undefined) return printed.length === 0 ? kept : null;
  if (first === '...') {
    for (let skipped = 0; skipped <= printed.length; skipped += 1) {
      const found = matchFrom(rest, printed.slice(skipped), kept);
      if (found) return found;
    }
    return null;
  }
  const [line, ...behind] = printed;
  if (first === '---')
    return line !== undefined && /^[- ]+$/.test(line) ? matchFrom(rest, behind, kept) : null;
  const found = line === undefined ? null : matchLine(first, line, kept);
  return found === null ? null : matchFrom(rest, behind, found);
}

function matchLine(expected: string, line: string, kept: Kept): Kept | null {
  const names: string[] = [];
  const pattern = expected
    .split(/(\.\.\.|<\?\w+>)/)
    .map((part) => {
      const name = /^<\?(\w+)>$/.exec(part)?.[1];
      if (name !== undefined) names.push(name);
      if (name !== undefined) return '(\\S+)';
      return part === '...' ? '.*' : escaped(part);
    })
    .join('');
  const match = new RegExp(`^${pattern}$`, 's').exec(line);
  return match ? new Map([...kept, ...names.map((name, at) => [name, match[at + 1] ?? ''] as const)]) : null;
}

const tidy = (line: string): string => line.trim().replaceAll(/\s+/g, ' ');

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
