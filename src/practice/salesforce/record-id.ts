const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const checkDigits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/** The how-manieth id of an object: three letters of prefix, `Gp` and `0` for the instance, nine digits to base 62, three of check. */
export function makeId(prefix: string, number: number): string {
  let left = number;
  let text = '';
  for (let at = 0; at < 9; at += 1) {
    text = `${digits.charAt(left % 62)}${text}`;
    left = Math.floor(left / 62);
  }
  return longId(`${prefix}Gp0${text}`);
}

/** 18 characters from 15: each check letter tells which of five letters are capitals, so ids survive systems that fold case. */
export function longId(short: string): string {
  const check = [0, 5, 10].map((from) => {
    const capitals = Array.from(short.slice(from, from + 5), (letter, at) =>
      /[A-Z]/.test(letter) ? 1 << at : 0,
    );
    return checkDigits.charAt(capitals.reduce((sum, bit) => sum + bit, 0));
  });
  return `${short}${check.join('')}`;
}

/** The 18 characters of an id given with 15 or 18; null for what is none. */
export function readId(text: string): string | null {
  if (/^[0-9A-Za-z]{15}$/.test(text)) return longId(text);
  return /^[0-9A-Za-z]{18}$/.test(text) && longId(text.slice(0, 15)) === text ? text : null;
}
