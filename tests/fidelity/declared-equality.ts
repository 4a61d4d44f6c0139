import type { FieldType } from '../../src/model/index.ts';
import { normalNumber } from './normal-number.ts';
import { type Leaf, sameTree, treeOfArray, treeOfJson } from './normal-tree.ts';
import type { Seen } from './plain-system.ts';
import type { TestedType } from './tested-type.ts';

/** The type as far as it matters to whoever compares. */
export type ComparedType = Pick<TestedType, 'system' | 'sense' | 'model' | 'native'>;

/**
 * Is what the target shows the value the source shows, under the equality that is declared for the two types? By rules of
 * its own: nothing of what is under test is asked.
 *
 * Declared: a number is its value, not its spelling; zeros at the end of a second's fraction say nothing; what fills up a
 * `char(n)` is no part of its text; an instant is told in UTC; `jsonb` has one order of keys and one spelling.
 */
export function isDeclaredEqual(from: ComparedType, to: ComparedType, source: Seen, target: Seen): boolean {
  if (from.system === to.system && from.native === to.native && from.system !== 'sqlite')
    return source.text === target.text;
  if (!storedAsDeclared(to, target)) return false;
  if (from.sense === 'anything') return sameAnything(to, source, target);
  if (from.sense === 'float' && to.sense === 'float')
    return Object.is(binary(from, source), binary(to, target));
  if (isNumber(from)) return sameNumber(from, to, source, target);
  if (from.sense === 'boolean') return truth(source.text) === truth(target.text);
  if (from.sense === 'moment') return momentOf(from, source) === momentBack(from, to, target);
  if (from.sense === 'list' || to.sense === 'list')
    return sameTree(treeOf(from, to, source), treeOf(to, from, target));
  if (
    from.sense === 'json' &&
    to.model.kind === 'json' &&
    to.model.binary !== (from.model as { binary?: boolean }).binary
  )
    return sameTree(treeOfJson(source.text), treeOfJson(target.text));
  if (from.sense === 'bytes') return source.text.toLowerCase() === target.text.toLowerCase();
  // What fills up the field it comes from is no part of a text, wherever it goes.
  return isPadded(from) ? unpadded(source.text) === unpadded(target.text) : source.text === target.text;
}

function isNumber({ sense }: ComparedType): boolean {
  return sense === 'number' || sense === 'float';
}

function isPadded({ model }: ComparedType): boolean {
  return model.kind === 'text' && model.padded;
}

function unpadded(text: string): string {
  return text.replace(/ +$/, '');
}

/** SQLite keeps a text, bytes or a number in any column; whoever asks for a text is to get one. */
function storedAsDeclared({ system, sense, native }: ComparedType, { storage }: Seen): boolean {
  if (system !== 'sqlite') return true;
  if (sense === 'bytes') return storage === 'blob';
  if (sense === 'text' && /TEXT|CHAR/.test(native)) return storage === 'text';
  return sense === 'boolean' ? storage === 'integer' : true;
}

function sameAnything(to: ComparedType, source: Seen, target: Seen): boolean {
  if (source.storage === 'integer' || source.storage === 'real')
    return normalNumber(source.text) === normalNumber(target.text);
  if (source.storage === 'blob' || to.sense === 'anything')
    return source.text === target.text && (to.system !== 'sqlite' || source.storage === target.storage);
  return source.text === target.text;
}

function sameNumber(from: ComparedType, to: ComparedType, source: Seen, target: Seen): boolean {
  const [here, there] = [normalNumber(source.text), normalNumber(target.text)];
  const value = to.sense === 'float' ? binary(to, target) : null;
  // Of a whole number the digits of a binary one may be rounded, its value may not.
  if (value !== null && Number.isInteger(value) && /^-?\d+$/.test(here))
    return BigInt(value).toString() === here;
  if (from.sense === 'float' && to.model.kind === 'integer') {
    const whole = binary(from, source);
    return Number.isInteger(whole) && BigInt(whole).toString() === there;
  }
  if (here === there) return true;
  if (isNarrow(from)) return namesNarrow(target.text, binary(from, source));
  return isNarrow(to) && namesNarrow(source.text, binary(to, target));
}

function isNarrow({ model }: ComparedType): boolean {
  return model.kind === 'float' && model.bits === 32;
}

function binary(type: ComparedType, { text }: Seen): number {
  const number = Number(text.replace(/^(-?)Inf$/, '$1Infinity'));
  return isNarrow(type) ? Math.fround(number) : number;
}

/** Is the text one of those that name this binary number of 32 bits, with no more digits than one needs? */
function namesNarrow(text: string, value: number): boolean {
  if (!Number.isFinite(value)) return normalNumber(text) === String(value);
  const digits = normalNumber(text)
    .replace(/\D/g, '')
    .replace(/^0+|0+$/g, '');
  return Math.fround(Number(text)) === value && digits.length <= 9;
}

function truth(text: string): string {
  return /^(1|t|true)$/.test(text) ? 'true' : /^(0|f|false)$/.test(text) ? 'false' : text;
}

function momentOf(type: ComparedType, { text }: Seen): string {
  const plain = text.replace(/(\.\d*?)0+(?=$|[+ -])/, '$1').replace(/\.(?=$|[+ -])/, '');
  return type.system === 'mariadb' && type.model.kind === 'instant' ? `${plain}+00` : plain;
}

/** What the target shows, told as the source would: a day and its midnight are one and the same. */
function momentBack(from: ComparedType, to: ComparedType, target: Seen): string {
  if (to.sense !== 'moment') return target.text;
  const text = momentOf(to, target);
  if (from.model.kind === 'date' && to.model.kind === 'timestamp') return text.replace(/ 00:00:00/, '');
  return from.model.kind === 'timestamp' && to.model.kind === 'date' && !/infinity/.test(text)
    ? text.replace(/^(-?\d+-\d\d-\d\d)/, '$1 00:00:00')
    : text;
}

/** A list's elements in the sense of the side that says more about them: `1` of a list of texts may be a number. */
function treeOf({ model }: ComparedType, other: ComparedType, { text }: Seen): Leaf {
  if (model.kind !== 'list') return treeOfJson(text);
  const [own, theirs] = [innermost(model), innermost(other.model)];
  const of = own.kind === 'text' && theirs.kind !== 'json' ? theirs : own;
  return treeOfArray(text, (element) => leafOf(of, element));
}

function innermost(type: FieldType): FieldType {
  return type.kind === 'list' ? innermost(type.of) : type;
}

function leafOf({ kind }: FieldType, text: string): Leaf {
  if (kind === 'integer' || kind === 'decimal' || kind === 'float') return `#${normalNumber(text)}`;
  return kind === 'boolean' ? `?${text.slice(0, 1)}` : `"${text}`;
}
