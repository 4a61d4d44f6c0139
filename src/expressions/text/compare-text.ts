/**
 * Order of two texts in the collation C: by the bytes of their UTF-8, which is the order of code points. JavaScript compares
 * UTF-16 units; the two differ only where a surrogate meets a character from U+E000 to U+FFFF.
 */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at += 1) {
    const x = a.charCodeAt(at);
    const y = b.charCodeAt(at);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x1_0000 : unit;
}

/** `char(n)` ignores trailing spaces. */
export function comparePaddedText(a: string, b: string): number {
  return compareText(withoutPadding(a), withoutPadding(b));
}

export function withoutPadding(text: string): string {
  return text.endsWith(' ') ? text.replace(/ +$/, '') : text;
}

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
