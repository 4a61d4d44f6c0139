/**
 * Looks at a text once, character by character, and says everything profiling wants to know of it. One object is used for
 * value after value: nothing is made in the hot loop.
 *
 * Invariants: 1. the shape shows the first 64 units only (letters `a`, upper case `A`, digits `9`, the rest as it is).
 * 2. two hashes of 32 bits cover the whole text, two others the shape.
 */
export class TextScan {
  /** Characters as code points. */
  characters = 0;
  hashA = 0;
  hashB = 0;
  /** A number that stands for the shape: below 2^53, equal for equal shapes. */
  shapeKey = 0;
  digits = 0;
  blank = false;
  untrimmed = false;
  doubledSpaces = false;
  controls = false;
  replacements = false;
  /** Some character is beyond ASCII. */
  beyondAscii = false;
  readonly #shape = new Uint16Array(shapeUnits);
  #shapeLength = 0;
  #cut = false;

  scan(text: string): void {
    const { length } = text;
    const shape = this.#shape;
    let [a, b, shapeA, shapeB] = [0x811c9dc5, 0x2545f491, 0x811c9dc5, 0x9e3779b9];
    let seen = 0;
    let digits = 0;
    let lowSurrogates = 0;
    let doubled = false;
    let previous = 0;
    for (let at = 0; at < length; at += 1) {
      const unit = text.charCodeAt(at);
      a = Math.imul(a ^ unit, 0x01000193);
      b = Math.imul(b ^ unit, 0x85ebca6b) + 0x52dce729;
      b = (b << 13) | (b >>> 19);
      const kind = kinds[unit] ?? learn(unit);
      seen |= kind;
      if (kind === digitKind) digits += 1;
      else if (kind === spaceKind && previous === 32 && unit === 32) doubled = true;
      else if (kind === lowSurrogateKind) lowSurrogates += 1;
      previous = unit;
      if (at < shapeUnits) {
        const shown = shown16[unit] as number;
        shape[at] = shown;
        shapeA = Math.imul(shapeA ^ shown, 0x01000193);
        shapeB = Math.imul(shapeB ^ shown, 0x5bd1e995) + 0x1b873593;
        shapeB = (shapeB << 11) | (shapeB >>> 21);
      }
    }
    this.hashA = finished(a ^ length);
    this.hashB = finished(b + this.hashA);
    this.#shapeLength = Math.min(length, shapeUnits);
    this.#cut = length > shapeUnits;
    const first = finished(shapeA ^ this.#shapeLength ^ (this.#cut ? 0x100 : 0));
    this.shapeKey = first * 0x20_0000 + (finished(shapeB + first) >>> 11);
    this.digits = digits;
    this.characters = length - lowSurrogates;
    this.#judge(text, seen, doubled);
  }

  /** The shape of the text that was scanned last. */
  shape(): string {
    const text = String.fromCharCode(...this.#shape.subarray(0, this.#shapeLength));
    return this.#cut ? `${text}…` : text;
  }

  #judge(text: string, seen: number, doubled: boolean): void {
    const spaces = (seen & spaceKind) !== 0;
    this.blank = spaces && (seen & ~spaceKind) === 0;
    this.untrimmed =
      spaces && !this.blank && (isSpace(text.charCodeAt(0)) || isSpace(text.charCodeAt(text.length - 1)));
    this.doubledSpaces = doubled && !this.blank && inside.test(text);
    this.controls = (seen & controlKind) !== 0;
    this.replacements = (seen & replacementKind) !== 0;
    this.beyondAscii = (seen & beyondAsciiKinds) !== 0;
  }
}

const shapeUnits = 64;
const inside = /\S {2,}\S/;

const plainKind = 1;
const digitKind = 2;
const spaceKind = 4;
const controlKind = 8;
const replacementKind = 16;
const beyondKind = 32;
const lowSurrogateKind = 64;
const beyondAsciiKinds = replacementKind | beyondKind | lowSurrogateKind;

/** What a 16-bit unit is, and how it shows in a shape; found out when it is first met. */
const kinds: (number | undefined)[] = Array.from({ length: 0x1_0000 });
const shown16: Uint16Array = new Uint16Array(0x1_0000);

function learn(unit: number): number {
  const character = String.fromCharCode(unit);
  shown16[unit] = /\p{Lu}/u.test(character)
    ? 65
    : /\p{L}/u.test(character)
      ? 97
      : /\p{Nd}/u.test(character)
        ? 57
        : unit;
  const kind = kindOf(unit, character);
  kinds[unit] = kind;
  return kind;
}

function kindOf(unit: number, character: string): number {
  if (unit >= 48 && unit <= 57) return digitKind;
  if (unit === 0xfffd) return replacementKind;
  if (unit >= 0xdc00 && unit < 0xe000) return lowSurrogateKind;
  if (/\s/u.test(character)) return spaceKind;
  if (/\p{Cc}/u.test(character)) return controlKind;
  return unit < 128 ? plainKind : beyondKind;
}

function isSpace(unit: number): boolean {
  return (kinds[unit] ?? learn(unit)) === spaceKind;
}

/** The last step of MurmurHash3, so that near texts are far apart. */
function finished(hash: number): number {
  let mixed = hash;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
