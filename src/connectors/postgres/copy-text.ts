import { isUtf8 } from 'node:buffer';

/** A line of COPY's text format; bytes where it is not valid UTF-8. */
export type CopyLine = string | Buffer;

const newline = 10;

/** Cuts COPY's bytes into lines; holds no more than one chunk and the line that crosses into it. */
export async function* copyLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<readonly CopyLine[]> {
  let pending: Buffer[] = [];
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(newline);
    if (end === -1) {
      pending.push(chunk);
      continue;
    }
    const head = chunk.subarray(0, end);
    const complete = pending.length === 0 ? head : Buffer.concat([...pending, head]);
    pending = end + 1 < chunk.length ? [chunk.subarray(end + 1)] : [];
    yield isUtf8(complete) ? complete.toString('utf8').split('\n') : linesOneByOne(complete);
  }
}

function linesOneByOne(bytes: Buffer): CopyLine[] {
  const lines: CopyLine[] = [];
  for (let from = 0; from <= bytes.length; ) {
    const found = bytes.indexOf(newline, from);
    const to = found === -1 ? bytes.length : found;
    const line = bytes.subarray(from, to);
    lines.push(isUtf8(line) ? line.toString('utf8') : Buffer.from(line));
    from = to + 1;
  }
  return lines;
}

/** The values of a line; null for `\N`. */
export function copyFields(line: string): (string | null)[] {
  const parts: (string | null)[] = line.split('\t');
  if (!line.includes('\\')) return parts;
  return parts.map((part) => (part === '\\N' ? null : unescape(part as string)));
}

const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

function unescape(part: string): string {
  if (!part.includes('\\')) return part;
  return part.replace(/\\(.)/g, (_all, character: string) => escapes[character] ?? character);
}
