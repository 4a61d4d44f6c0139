/** A number's text in the one spelling that equal numbers share: no exponent, no zeros that say nothing, no sign of zero. */
export function normalNumber(text: string): string {
  const found = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text.trim());
  if (!found || (found[2] ?? '') + (found[3] ?? '') === '') return text.replace(/^Inf$/, 'Infinity');
  const [, sign, whole = '', fraction = '', exponent = '0'] = found;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  const padded = point <= 0 ? '0'.repeat(1 - point) + digits : digits.padEnd(point, '0');
  const at = Math.max(point, 1);
  const [before, behind] = [
    padded.slice(0, at).replace(/^0+(?=\d)/, ''),
    padded.slice(at).replace(/0+$/, ''),
  ];
  if (/^0*$/.test(before + behind)) return '0';
  return `${sign === '-' ? '-' : ''}${before}${behind === '' ? '' : `.${behind}`}`;
}
