/**
 * A number from 0 up to, not including, 1 that depends on nothing but these whole numbers: whoever asks again gets it again.
 * Mixing as in MurmurHash3's finaliser (Appleby 2011).
 */
export function seededDraw(...from: readonly number[]): number {
  let hash = 0x9e3779b9;
  for (const number of from) hash = mix(hash ^ mix(number | 0));
  return hash / 2 ** 32;
}

function mix(number: number): number {
  let mixed = number + 0x6d2b79f5;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
