/**
 * Decimals of so few digits that binary64 computes with them exactly: most amounts. A text of at most 14 characters times
 * its power of ten is off by less than 0.5, so rounding gives the exact digits; sums of two such numbers, aligned, and
 * products of at most 14 characters together stay below 2^53.
 */
export const smallDigits = 14;

const scaledMax = 2 ** 53;

/** Whether a canonical decimal is short enough, and no NaN or infinity. */
export function isSmall(text: string): boolean {
  return text.length <= smallDigits && text.charCodeAt(text.length - 1) <= 57;
}

function scaleOf(text: string): number {
  const point = text.indexOf('.');
  return point === -1 ? 0 : text.length - point - 1;
}

const powers: readonly number[] = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);

function scaled(text: string, scale: number): number {
  return Math.round(Number(text) * (powers[scale] ?? 1));
}

/** `a + sign * b`. */
export function smallSum(a: string, b: string, sign: 1 | -1): string {
  const [scaleA, scaleB] = [scaleOf(a), scaleOf(b)];
  const scale = Math.max(scaleA, scaleB);
  const left = scaled(a, scaleA) * (powers[scale - scaleA] ?? 1);
  const right = scaled(b, scaleB) * (powers[scale - scaleB] ?? 1);
  const sum = left + sign * right;
  if (Math.abs(left) < scaledMax && Math.abs(right) < scaledMax && Math.abs(sum) < scaledMax)
    return written(sum, scale);
  const [exactLeft, exactRight] = [exact(a, scale), exact(b, scale)];
  return writtenDigits((exactLeft + BigInt(sign) * exactRight).toString(), scale);
}

function exact(text: string, scale: number): bigint {
  const own = scaleOf(text);
  return BigInt(scaled(text, own)) * 10n ** BigInt(scale - own);
}

export function smallProduct(a: string, b: string): string {
  const [scaleA, scaleB] = [scaleOf(a), scaleOf(b)];
  return written(scaled(a, scaleA) * scaled(b, scaleB), scaleA + scaleB);
}

function written(value: number, scale: number): string {
  // Adding 0 turns -0 into 0.
  return writtenDigits(String(value + 0), scale);
}

function writtenDigits(digits: string, scale: number): string {
  if (scale === 0) return digits;
  const negative = digits.startsWith('-');
  const padded = (negative ? digits.slice(1) : digits).padStart(scale + 1, '0');
  const point = padded.length - scale;
  return `${negative ? '-' : ''}${padded.slice(0, point)}.${padded.slice(point)}`;
}
