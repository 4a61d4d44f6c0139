import type { FieldType } from '../../model/index.ts';

/** The SQL for a value whose COPY text is its spelling in `mysql-text`; sessions are in UTC. */
export function inMysqlText(kind: FieldType['kind'], sql: string): string {
  switch (kind) {
    case 'boolean':
      return `(${sql})::pg_catalog.int4`;
    case 'bytes':
      return `pg_catalog.encode(${sql}, 'hex')`;
    case 'instant':
      return `(${sql})::pg_catalog.timestamp`;
    default:
      return sql;
  }
}

const [backslash, letterF, letterV] = [0x5c, 0x66, 0x76];
const plain: Readonly<Record<number, number>> = { [letterF]: 0x0c, [letterV]: 0x0b };

/** COPY escapes two characters that LOAD DATA would take for letters: form feed and vertical tab. They go as they are. */
export async function* withoutForeignEscapes(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let open = false;
  for await (const chunk of chunks) {
    const bytes = open ? Buffer.concat([Buffer.of(backslash), chunk]) : chunk;
    const ends = endsInEscape(bytes);
    open = ends;
    const whole = ends ? bytes.subarray(0, -1) : bytes;
    if (whole.length > 0) yield unescaped(whole);
  }
  if (open) yield Buffer.of(backslash);
}

/** An odd number of backslashes at the end. */
function endsInEscape(bytes: Buffer): boolean {
  let count = 0;
  while (bytes[bytes.length - 1 - count] === backslash) count += 1;
  return count % 2 === 1;
}

function unescaped(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = bytes.indexOf(backslash); at !== -1; at = bytes.indexOf(backslash, at + 2)) {
    const character = plain[bytes[at + 1] ?? 0];
    if (character === undefined) continue;
    parts.push(bytes.subarray(from, at), Buffer.of(character));
    from = at + 2;
  }
  return from === 0 ? bytes : Buffer.concat([...parts, bytes.subarray(from)]);
}
