/** Where the values of one row lie in the bytes of the text protocol; the arrays are used again for every row. */
export interface WireRecord {
  readonly bytes: Buffer;
  /** Behind the length of each value; -1 for null. */
  readonly from: Int32Array;
  readonly to: Int32Array;
}

interface Writable extends WireRecord {
  bytes: Buffer;
}

/** Answers with a function that finds the values of a row in the packet that holds it. */
export function wireReader(columns: number): (bytes: Buffer, at: number) => WireRecord {
  const record: Writable = {
    bytes: Buffer.alloc(0),
    from: new Int32Array(columns),
    to: new Int32Array(columns),
  };
  const { from, to } = record;
  return (bytes, start) => {
    let at = start;
    for (let column = 0; column < columns; column += 1) {
      const first = bytes[at] as number;
      at += 1;
      if (first === nullMark) {
        from[column] = -1;
        continue;
      }
      let length = first;
      if (first >= longLengths) {
        const width = widths[first - longLengths] as number;
        length = bytes.readUIntLE(at, Math.min(width, 6));
        at += width;
      }
      from[column] = at;
      at += length;
      to[column] = at;
    }
    record.bytes = bytes;
    return record;
  };
}

const nullMark = 0xfb;
/** A length of 2, 3 or 8 bytes follows: https://mariadb.com/kb/en/protocol-data-types/#length-encoded-integers */
const longLengths = 0xfc;
const widths = [2, 3, 8];
