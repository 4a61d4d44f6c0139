/**
 * Text counted in characters as PostgreSQL counts them: code points. A JavaScript string counts UTF-16 units, which is the
 * same unless it holds characters beyond U+FFFF; the quick paths rest on that.
 */
const surrogate = /[\ud800-\udfff]/;

export function characterCount(text: string): number {
  if (!surrogate.test(text)) return text.length;
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (isLead(text, at)) at += 1;
    count += 1;
  }
  return count;
}

/** Characters from place `from` (counted from 0) up to and without place `to`. */
export function characterSlice(text: string, from: number, to: number): string {
  if (!surrogate.test(text)) return text.slice(from, Math.max(to, from));
  return text.slice(unitOfCharacter(text, from), unitOfCharacter(text, to));
}

/** All characters, one string each. */
export function charactersOf(text: string): readonly string[] {
  return surrogate.test(text) ? Array.from(text) : text.split('');
}

/** UTF-16 place of the character with that number; the length when there are fewer. */
export function unitOfCharacter(text: string, character: number): number {
  let at = 0;
  for (let passed = 0; passed < character && at < text.length; passed += 1) at += isLead(text, at) ? 2 : 1;
  return at;
}

/** Number of the character that starts at a UTF-16 place. */
export function characterOfUnit(text: string, unit: number): number {
  return characterCount(text.slice(0, unit));
}

function isLead(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  if (unit < 0xd800 || unit > 0xdbff) return false;
  const next = text.charCodeAt(at + 1);
  return next >= 0xdc00 && next <= 0xdfff;
}
