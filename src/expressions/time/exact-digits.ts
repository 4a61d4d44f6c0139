/**
 * The exact decimal digits of a binary double, and rounding of digit strings: what C's printf does for %f and %e, which
 * rounds exact halves to even where JavaScript's toFixed rounds them up.
 */
interface Digits {
  /** Without a sign, no zeros in front (`0` for zero). */
  readonly digits: string;
  /** How many of the digits stand behind the decimal point. */
  readonly scale: number;
}

/** Of a finite number; the sign is left out. */
function exactDigits(value: number): Digits {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(value));
  const bits = view.getBigUint64(0);
  const biased = Number(bits >> 52n);
  const fraction = bits & 0xf_ffff_ffff_ffffn;
  const mantissa = biased === 0 ? fraction : fraction | 0x10_0000_0000_0000n;
  const exponent = Math.max(biased, 1) - 1075;
  if (exponent >= 0) return { digits: (mantissa << BigInt(exponent)).toString(), scale: 0 };
  return { digits: (mantissa * 5n ** BigInt(-exponent)).toString(), scale: -exponent };
}

/** printf("%.*f") without the sign. */
export function fixedText(value: number, places: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : 'Infinity';
  return decimalText(roundDigits(exactDigits(value), places), places);
}

/** printf("%.*e") without the sign. */
export function scientificText(value: number, places: number): string {
  const { digits, scale } = exactDigits(value);
  if (/^0*$/.test(digits)) return `${decimalText('0', places)}e+00`;
  const exponent = digits.length - 1 - scale;
  const rounded = roundDigits({ digits, scale: digits.length - 1 }, places);
  const carried = rounded.length > places + 1;
  return scientific(carried ? rounded.slice(0, -1) : rounded, places, carried ? exponent + 1 : exponent);
}

export function scientific(digits: string, places: number, exponent: number): string {
  const sign = exponent < 0 ? '-' : '+';
  return `${decimalText(digits, places)}e${sign}${`${Math.abs(exponent)}`.padStart(2, '0')}`;
}

/** Digits of the value with so many places, halves to even. */
function roundDigits({ digits, scale }: Digits, places: number): string {
  if (scale <= places) return digits + '0'.repeat(places - scale);
  const unit = 10n ** BigInt(scale - places);
  const whole = BigInt(digits);
  const kept = whole / unit;
  const rest = (whole % unit) * 2n;
  const up = rest > unit || (rest === unit && kept % 2n === 1n);
  return (up ? kept + 1n : kept).toString();
}

function decimalText(digits: string, places: number): string {
  if (places === 0) return digits;
  const filled = digits.padStart(places + 1, '0');
  return `${filled.slice(0, -places)}.${filled.slice(-places)}`;
}

/** A decimal's text rounded to so many places, halves away from zero, as PostgreSQL's numeric rounds. */
export function roundDecimal(text: string, places: number): string {
  const negative = text.startsWith('-');
  const [whole = '0', fraction = ''] = (negative ? text.slice(1) : text).split('.');
  const scaled = BigInt(whole + fraction.slice(0, places).padEnd(places, '0'));
  const up = fraction.length > places && fraction.charAt(places) >= '5';
  const rounded = up ? scaled + 1n : scaled;
  const plain = decimalText(rounded.toString(), places);
  return negative && rounded !== 0n ? `-${plain}` : plain;
}
