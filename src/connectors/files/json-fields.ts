import {
  booleanType,
  decimalUnlimited,
  type FieldType,
  integer64,
  textUnlimited,
} from '../../model/index.ts';
import { decimalText, isInteger64 } from './number-text.ts';
import type { JsonMember } from './tokenize-json.ts';

/** What the first pass over a JSON Lines file saw of one key. */
interface Seen {
  integers: number;
  decimals: number;
  /** Numbers whose exponent is past what decimal text may hold. */
  hugeNumbers: number;
  booleans: number;
  strings: number;
  nested: number;
  nulls: number;
}

export interface FoundJsonField {
  readonly name: string;
  readonly type: FieldType;
  /** What was in it, for people. */
  readonly comment: string;
  readonly nullable: boolean;
}

/**
 * Finds the fields of a JSON Lines file, in the order in which they first appear, each with the narrowest type that holds
 * every value exactly: 64-bit integers, decimals, booleans, text, or JSON where kinds are mixed or values are nested.
 */
export class JsonFieldFinder {
  readonly #seen = new Map<string, Seen>();
  #records = 0;

  get fields(): number {
    return this.#seen.size;
  }

  add(members: readonly JsonMember[]): void {
    this.#records += 1;
    for (const member of members) this.#count(this.#entry(member.key), member);
  }

  found(): FoundJsonField[] {
    return [...this.#seen].map(([name, seen]) => ({
      name,
      type: typeOf(seen),
      comment: this.#describe(seen),
      nullable: seen.nulls > 0 || this.#missing(seen) > 0,
    }));
  }

  #entry(key: string): Seen {
    let seen = this.#seen.get(key);
    if (seen === undefined) {
      seen = { integers: 0, decimals: 0, hugeNumbers: 0, booleans: 0, strings: 0, nested: 0, nulls: 0 };
      this.#seen.set(key, seen);
    }
    return seen;
  }

  #count(seen: Seen, { kind, text }: JsonMember): void {
    if (kind === 'string') seen.strings += 1;
    else if (kind === 'boolean') seen.booleans += 1;
    else if (kind === 'nested') seen.nested += 1;
    else if (kind === 'null') seen.nulls += 1;
    else if (isInteger64(text)) seen.integers += 1;
    else if (decimalText(text) === null) seen.hugeNumbers += 1;
    else seen.decimals += 1;
  }

  #missing(seen: Seen): number {
    const { integers, decimals, hugeNumbers, booleans, strings, nested, nulls } = seen;
    return this.#records - integers - decimals - hugeNumbers - booleans - strings - nested - nulls;
  }

  #describe(seen: Seen): string {
    const missing = this.#missing(seen);
    const parts: [string, number][] = [
      ['integers', seen.integers],
      ['decimals', seen.decimals],
      ['numbers with a huge exponent', seen.hugeNumbers],
      ['booleans', seen.booleans],
      ['strings', seen.strings],
      ['nested', seen.nested],
      ['null', seen.nulls],
      ['missing', missing],
    ];
    return parts.flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : [])).join(', ');
  }
}

function typeOf(seen: Seen): FieldType {
  const numbers = seen.integers + seen.decimals;
  const kinds = [numbers, seen.hugeNumbers, seen.booleans, seen.strings, seen.nested].filter(
    (count) => count > 0,
  );
  if (kinds.length === 0) return { kind: 'any' };
  if (kinds.length > 1 || seen.nested > 0 || seen.hugeNumbers > 0) return { kind: 'json', binary: false };
  if (seen.booleans > 0) return booleanType;
  if (seen.strings > 0) return textUnlimited;
  return seen.decimals > 0 ? decimalUnlimited : integer64;
}
