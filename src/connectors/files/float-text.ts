/**
 * The canonical text of a binary64 number: the shortest digits that read back to it, with an exponent below 1e-4 and from
 * 1e15 on, as PostgreSQL prints them. The digits are those of JavaScript, which are the shortest too.
 */
export function floatText(text: string): string {
  const value = Number(text);
  if (Object.is(value, -0)) return '-0';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : value < 0 ? '-Infinity' : 'NaN';
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number.parseInt(exponentText, 10);
  if (exponent >= -4 && exponent < 15) return value === 0 ? '0' : plain(mantissa, exponent);
  const sign = exponent < 0 ? '-' : '+';
  return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function plain(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const padded = digits.padEnd(exponent + 1, '0');
  const fraction = padded.slice(exponent + 1);
  return sign + padded.slice(0, exponent + 1) + (fraction === '' ? '' : `.${fraction}`);
}
