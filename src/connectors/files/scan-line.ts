import type { RecordShape, ScanUnits } from './record-shape.ts';

const lineFeed = 10;
const carriageReturn = 13;

/** One line of JSON Lines, as one field; the line end (LF or CRLF) is not part of it. Same contract as a CSV scanner. */
export function scanLine(
  units: ScanUnits,
  from: number,
  to: number,
  atEnd: boolean,
  shape: RecordShape,
): boolean {
  shape.begin(from);
  const found = units.indexOf(lineFeed, from);
  const inside = found >= 0 && found < to;
  if (!inside && !atEnd) return false;
  const end = inside ? found : to;
  const crlf = end > from && units[end - 1] === carriageReturn;
  shape.field(from, crlf ? end - 1 : end, false, false);
  shape.high = true;
  if (inside) shape.lines = 1;
  shape.end(inside ? found + 1 : to, inside ? (crlf ? 2 : 1) : 0);
  return true;
}
