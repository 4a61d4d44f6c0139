/**
 * SQLite's whole numbers of one to nine bytes, seven bits in each, the highest first; in a ninth byte all eight
 * (https://www.sqlite.org/fileformat2.html#varint). Negative ones take nine.
 */
export function varintLength(value: number | bigint): number {
  if (typeof value === 'bigint' || value < 0) return largeLength(BigInt.asUintN(64, BigInt(value)));
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  if (value < 0x1000_0000) return 4;
  return largeLength(BigInt(value));
}

function largeLength(value: bigint): number {
  let length = 1;
  for (let rest = value >> 7n; rest > 0n && length < 9; rest >>= 7n) length += 1;
  return length;
}

/** The place behind it. */
export function writeVarint(into: Uint8Array, at: number, value: number | bigint): number {
  if (typeof value === 'bigint' || value < 0 || value >= 0x1000_0000)
    return writeLarge(into, at, BigInt.asUintN(64, BigInt(value)));
  let place = at;
  if (value >= 0x20_0000) into[place++] = (value >> 21) | 0x80;
  if (value >= 0x4000) into[place++] = ((value >> 14) & 0x7f) | 0x80;
  if (value >= 0x80) into[place++] = ((value >> 7) & 0x7f) | 0x80;
  into[place++] = value & 0x7f;
  return place;
}

function writeLarge(into: Uint8Array, at: number, value: bigint): number {
  const length = largeLength(value);
  let rest = value;
  let place = at + length - 1;
  if (length === 9) {
    into[place] = Number(rest & 0xffn);
    rest >>= 8n;
  } else {
    into[place] = Number(rest & 0x7fn);
    rest >>= 7n;
  }
  for (place -= 1; place >= at; place -= 1) {
    into[place] = Number(rest & 0x7fn) | 0x80;
    rest >>= 7n;
  }
  return at + length;
}

/** The value as an unsigned number, and the place behind it; of at most six bytes, as they are written here. */
export function readVarint(from: Uint8Array, at: number): readonly [value: number, end: number] {
  let value = 0;
  for (let place = at; ; place += 1) {
    const byte = from[place] ?? 0;
    value = value * 0x80 + (byte & 0x7f);
    if (byte < 0x80) return [value, place + 1];
  }
}
