/**
 * The text of a binary64 number as PostgreSQL prints float8: shortest digits that read back to the same number, plain from
 * 1e-4 to below 1e15, otherwise with an exponent of at least two digits.
 */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
  if (Object.is(value, -0)) return '-0';
  const size = Math.abs(value);
  if (value === 0 || (size >= 1e-4 && size < 1e15)) return String(value);
  const [digits = '', exponent = ''] = shortestInside(value).split('e');
  const sign = exponent.startsWith('-') ? '-' : '+';
  return `${digits}e${sign}${exponent.slice(1).padStart(2, '0')}`;
}

/** Shortest digits that read back to the same number, without an exponent: `0.0000001`, `100000000000000000000`. */
export function plainNumberText(value: number): string {
  const [mantissa = '', exponentText = '0'] = Math.abs(value).toExponential().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = whole + fraction;
  const point = Number(exponentText) + 1;
  const sign = value < 0 ? '-' : '';
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return sign + digits + '0'.repeat(point - digits.length);
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/**
 * JavaScript lets the shortest digits lie exactly half way to a neighbour when reading rounds them back (1e+23); PostgreSQL
 * wants them strictly inside (9.999999999999999e+22). Half-way decimals of 17 digits exist between 2^53 and 1e40 only.
 */
function shortestInside(value: number): string {
  const shortest = value.toExponential();
  const size = Math.abs(value);
  if (size < 2 ** 53 || size >= 1e40 || !isHalfWay(size, shortest)) return shortest;
  for (let digits = shortest.replace(/[-.]|e.*/g, '').length; digits < 17; digits += 1) {
    const longer = value.toExponential(digits);
    if (Number(longer) === value && !isHalfWay(size, longer)) return longer;
  }
  return value.toExponential(16);
}

function isHalfWay(size: number, text: string): boolean {
  const difference = integerOf(text) - BigInt(size);
  if (difference === 0n) return false;
  const gap = difference > 0n ? gapAbove(size) : gapBelow(size);
  return 2n * (difference > 0n ? difference : -difference) === gap;
}

function gapAbove(size: number): bigint {
  return BigInt(2 ** (exponentOf(size) - 52));
}

/** Below a power of two the neighbours are twice as dense. */
function gapBelow(size: number): bigint {
  const exponent = exponentOf(size);
  return BigInt(size === 2 ** exponent && exponent > 53 ? 2 ** (exponent - 53) : 2 ** (exponent - 52));
}

function exponentOf(size: number): number {
  const exponent = Math.floor(Math.log2(size));
  if (2 ** exponent > size) return exponent - 1;
  return 2 ** (exponent + 1) <= size ? exponent + 1 : exponent;
}

function integerOf(text: string): bigint {
  const [mantissa = '', exponent = '0'] = text.replace('-', '').split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const zeros = Number(exponent) - fraction.length;
  return zeros >= 0
    ? BigInt(whole + fraction) * 10n ** BigInt(zeros)
    : BigInt(whole + fraction) / 10n ** BigInt(-zeros);
}
