import { type Field, type FieldType, type Holds, textUnlimited, type Value } from '../../model/index.ts';
import { textArray } from './array-text.ts';
import { isSame } from './kept-spelling.ts';
import { nativeTypeFor } from './neutral-types.ts';
import { isAboutRecord } from './refusals.ts';
import type { Session, Sessions } from './sessions.ts';
import { UnfitValue } from './unfit-value.ts';
import { decodeValue, encodeValue } from './value-text.ts';

/**
 * What a field of this system refuses. Texts with NUL or half a character are told at once. Types only the server reads,
 * domains and odd JSON are tried on the server, in a query that reads no table: a batch at once, in halves where one fails.
 */
export function holdsOf(sessions: Sessions, field: Field, created: boolean): Holds | null {
  const { type } = field;
  const native = created ? nativeTypeFor(type) : field.native;
  const doubtful = doubtOf(type, native);
  if (doubtful === null) return holdsTexts(type) ? { refusal: (value) => refusedText(value, type) } : null;
  const judged = new Map<string, string | null>();
  return {
    refusal: (value) => {
      const refused = refusedText(value, type);
      return refused ?? judged.get(String(encodeValue(value, type))) ?? null;
    },
    ask: async (values) => {
      judged.clear();
      const asked = new Map<string, Value>();
      for (const value of values) {
        if (value === null || refusedText(value, type) !== null) continue;
        const text = String(encodeValue(value, type));
        if (doubtful(text)) asked.set(text, value);
      }
      if (asked.size === 0) return;
      // In one session: what the server refuses of it is no reason to open another.
      await sessions.lend(async (session) => judge(session, { type, native, judged }, [...asked]));
    },
  };
}

function holdsTexts({ kind }: FieldType): boolean {
  return kind === 'text' || kind === 'json' || kind === 'list';
}

function refusedText(value: Value, type: FieldType): string | null {
  try {
    encodeValue(value, type);
    return null;
  } catch (error) {
    if (error instanceof UnfitValue) return error.message;
    throw error;
  }
}

/** Which texts only the server can judge; null for none. */
function doubtOf(type: FieldType, native: string): ((text: string) => boolean) | null {
  if (innermost(type).kind === 'native' || isDomain(type, native)) return () => true;
  return type.kind === 'json' ? (text) => !isPlainJson(text, type.binary) : null;
}

function innermost(type: FieldType): FieldType {
  return type.kind === 'list' ? innermost(type.of) : type;
}

/** A domain may have rules of its own; an enum and citext are known by their names too. */
function isDomain(type: FieldType, native: string): boolean {
  const bare = (name: string): string => name.replace(/\([^)]*\)/g, '').trim();
  if (innermost(type).kind === 'enum') return false;
  const known = [type, { kind: 'text', charactersMax: 1, padded: true } as const, textUnlimited].map(
    nativeTypeFor,
  );
  return ![...known, 'character varying', 'oid', 'citext', 'citext[]'].map(bare).includes(bare(native));
}

/** Both read the same grammar; jsonb also takes escapes apart, and numbers. */
function isPlainJson(text: string, binary: boolean): boolean {
  if (binary && /\\u|\d[eE]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

interface Judging {
  readonly type: FieldType;
  readonly native: string;
  readonly judged: Map<string, string | null>;
}

async function judge(
  session: Session,
  judging: Judging,
  asked: readonly (readonly [text: string, value: Value])[],
): Promise<void> {
  const { type, native, judged } = judging;
  try {
    const texts = asked.map(([text]) => text);
    const rows = await session.rows(
      `SELECT u.v::${native} FROM unnest($1::text[]) WITH ORDINALITY AS u (v, n) ORDER BY u.n`,
      [textArray(texts)],
    );
    if (innermost(type).kind !== 'native') return;
    for (const [at, [text, value]] of asked.entries()) {
      const kept = rows[at]?.[0] ?? null;
      if (kept === null || !isSame(value, decodeValue(type)(kept)))
        judged.set(text, `${native} is kept with another spelling than was given`);
    }
  } catch (error) {
    if (!isAboutRecord(error)) throw error;
    const [only] = asked;
    if (only && asked.length === 1) judged.set(only[0], `the server does not take it as ${native}`);
    else
      for (const half of [asked.slice(0, asked.length >> 1), asked.slice(asked.length >> 1)])
        await judge(session, judging, half);
  }
}
