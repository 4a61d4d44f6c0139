/**
 * UTF-8 that was once read as Latin-1 or Windows-1252: `Ã©` for é, `â€™` for ’, `Ð¿Ñ€` for пр. The leading characters are
 * those of the letters and signs that occur; `ß»` and the like, which German text holds, are not taken for damage.
 */
const continuation = '[\\u0080-\\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]';
const damaged = new RegExp(
  [
    `[ÂÃ][\\u0080-\\u00bf]`,
    `Ã${continuation}`,
    `Å[\\u0080-\\u009f¡¤¥¨ªºš›œžŸ]`,
    `â${continuation}${continuation}`,
    `ð${continuation}{3}`,
    `(?:[ÐÑ]${continuation}){2}`,
  ].join('|'),
  'u',
);

export function isEncodingDamaged(text: string): boolean {
  return damaged.test(text);
}
