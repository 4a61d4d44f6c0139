import type { Field, FieldType, Holds, Value } from '../../model/index.ts';
import { type ColumnTraits, traitsOf } from './field-types.ts';
import { createdNative } from './native-types.ts';
import { isGeometry } from './read-values.ts';
import type { SessionFacts } from './session-settings.ts';
import type { Sessions } from './sessions.ts';
import { quoteText } from './sql.ts';
import { UnfitValue } from './unfit-value.ts';
import { writerFor } from './write-values.ts';

/** Types of which every value is kept. */
const whole = /^((tiny|small|medium|big)?int|varbinary|(tiny|medium|long)?blob)$/;

/**
 * What a field of this system refuses. What the writer refuses and what a character set or a range leaves out is told at
 * once; of what only the server knows (UUIDs, addresses, geometries, odd JSON, characters of other sets) it is asked, in
 * queries that read no table.
 */
export function holdsOf(
  sessions: Sessions,
  facts: SessionFacts,
  field: Field,
  created: boolean,
): Holds | null {
  const there = created ? { ...field, native: createdNative(field.type, facts.family) } : field;
  const traits = traitsOf(there.native);
  if (whole.test(traits.base)) return null;
  const write = writerFor({ ...there, nullable: true });
  const limit = limitOf(traits, field.type, facts);
  const told = (value: Value): string | null => limit(value) ?? refusedBy(write, value);
  const question = questionFor(traits, field.type);
  if (question === null) return { refusal: told };
  const refused = new Set<string>();
  return {
    refusal: (value) => told(value) ?? (refused.has(String(value)) ? question.reason : null),
    ask: async (values) => {
      refused.clear();
      const asked = [...new Set(values.filter((value) => told(value) === null).map(String))].filter((text) =>
        question.doubtful(text),
      );
      for (const some of inPackets(asked, write))
        for (const [at, kept] of (await judge(sessions, question, some)).entries())
          if (kept !== '1') refused.add(some[at]?.text ?? '');
    },
  };
}

function refusedBy(write: (value: Value) => string, value: Value): string | null {
  try {
    write(value);
    return null;
  } catch (error) {
    if (error instanceof UnfitValue) return error.message;
    throw error;
  }
}

const textBytesMax: Readonly<Record<string, number>> = {
  tinytext: 255,
  text: 65_535,
  mediumtext: 16_777_215,
};
const characterBytes: Readonly<Record<string, RegExp>> = {
  utf8mb3: /[\u{10000}-\u{10ffff}]/u,
  utf8: /[\u{10000}-\u{10ffff}]/u,
  ascii: /[^\u0000-\u007f]/,
};

function limitOf(
  { base, charset }: ColumnTraits,
  { kind }: FieldType,
  facts: SessionFacts,
): (value: Value) => string | null {
  if (kind === 'instant') return (value) => outsideTimestamp(String(value), facts);
  const bytesMax = textBytesMax[base];
  const left = characterBytes[charset ?? ''];
  return (value) => {
    if (typeof value !== 'string') return null;
    if (left?.test(value)) return `the character set ${charset} does not have all its characters`;
    if (bytesMax === undefined || value.length * 4 <= bytesMax || !charset?.startsWith('utf8')) return null;
    return Buffer.byteLength(value) > bytesMax ? `it has more than ${bytesMax} bytes` : null;
  };
}

/** Seconds since 1970 in 32 bits, 0 not among them; unsigned from MariaDB 11.5 on. */
function outsideTimestamp(text: string, { family, version: [major, minor] }: SessionFacts): string | null {
  const unsigned = family === 'MariaDB' && (major > 11 || (major === 11 && minor >= 5));
  const last = unsigned ? '2106-02-07 06:28:15' : '2038-01-19 03:14:07';
  const second = text.slice(0, 19);
  return second < '1970-01-01 00:00:01' || second > last
    ? `a TIMESTAMP ends with ${last}, and begins after 1970-01-01`
    : null;
}

/** What the server is asked about a value: SQL that is 1 where it keeps it. */
interface Question {
  doubtful(text: string): boolean;
  kept(literal: string): string;
  readonly reason: string;
}

function questionFor({ base, charset }: ColumnTraits, { kind }: FieldType): Question | null {
  if (kind === 'json')
    return {
      doubtful: isOddJson,
      kept: (text) => `JSON_VALID(${text})`,
      reason: 'it is no JSON document to the server',
    };
  if (/^(uuid|inet4|inet6)$/.test(base)) {
    const type = base.toUpperCase();
    const reason = `the server does not take it as ${type}, or spells it otherwise`;
    return {
      doubtful: () => true,
      kept: (text) => `CAST(CAST(${text} AS ${type}) AS CHAR) = ${text}`,
      reason,
    };
  }
  if (isGeometry(base))
    return {
      doubtful: () => true,
      kept: (text) => `ST_AsText(${text}) IS NOT NULL`,
      reason: 'it is no geometry to the server',
    };
  if (charset === null || /^(utf8|utf8mb3|utf8mb4|ascii|binary)$/.test(charset)) return null;
  return {
    doubtful: (text) => /[^\u0000-\u007e]/.test(text),
    kept: (text) =>
      `CAST(CONVERT(CONVERT(${text} USING ${charset}) USING utf8mb4) AS BINARY) = CAST(${text} AS BINARY)`,
    reason: `the character set ${charset} does not have all its characters`,
  };
}

/** Both read the same grammar, but the server only so many levels. */
function isOddJson(text: string): boolean {
  try {
    JSON.parse(text);
    return (text.match(/[[{]/g)?.length ?? 0) > 20;
  } catch {
    return true;
  }
}

interface Asked {
  readonly text: string;
  readonly literal: string;
}

const [valuesAtOnce, charactersAtOnce] = [200, 1_000_000];

function* inPackets(texts: readonly string[], write: (value: Value) => string): Generator<readonly Asked[]> {
  let [some, characters]: [Asked[], number] = [[], 0];
  for (const text of texts) {
    const literal = write(text).startsWith('X') ? write(text) : quoteText(text);
    if (some.length > 0 && (some.length === valuesAtOnce || characters + literal.length > charactersAtOnce)) {
      yield some;
      [some, characters] = [[], 0];
    }
    some.push({ text, literal });
    characters += literal.length;
  }
  if (some.length > 0) yield some;
}

async function judge(
  sessions: Sessions,
  question: Question,
  some: readonly Asked[],
): Promise<readonly (string | null)[]> {
  const [row] = await sessions.lend(async (session) =>
    session.rows(`SELECT ${some.map(({ literal }) => question.kept(literal)).join(', ')}`),
  );
  return row ?? [];
}
