import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { casesPerFunction, Draw } from '../../../tests/agreement/draw.ts';
import { skipWithoutPostgres } from '../../../tests/servers/index.ts';
import { isGodwitError, type SqlDialect } from '../../model/index.ts';
import { type AgreementCase, type Answer, describeAnswer } from '../agreement/agreement-case.contract.ts';
import { declaredSubjects, type Subject } from '../agreement/declared-cases.contract.ts';
import { evaluateHere, scopeOf } from '../agreement/evaluate-here.contract.ts';
import { type Judge, type JudgeWorld, openJudge } from '../agreement/evaluate-there.contract.ts';
import { formSubjects } from '../agreement/forms.contract.ts';
import { compileExpression } from '../compile-expression.ts';
import { loadGrammar } from '../grammar.ts';

/**
 * What is pushed down means what the closure means: where the server gives a value, the closure gives the same, and where the
 * closure fails, the server fails. The database has another locale, the texts a collation under which `a` equals `A`.
 * GODWIT_PROVE=1 for the full count, GODWIT_SEED to repeat, GODWIT_ONLY for one subject.
 */
const { seed } = Draw.fromEnvironment();
const casesEach = casesPerFunction(40, 1_000);
const only = process.env['GODWIT_ONLY'];
const forms: readonly (readonly string[])[] = [
  ["date_trunc('month', p1)", 'timestamp'],
  ["date_trunc('week', p1)", 'timestamp'],
  ['extract(year from p1)', 'timestamp'],
  ['extract(epoch from p1)', 'timestamp'],
  ['extract(dow from p1)', 'date'],
];
/** Texts that a server of one version, or with one setting, reads and another does not. */
const texts: Readonly<Record<string, readonly string[]>> = {
  number: [
    '0x1F',
    '0o17',
    '0b11',
    '1_000',
    '1e3',
    ' 12 ',
    '12\n',
    '+5',
    '-0',
    '1.50',
    'NaN',
    'inf',
    '',
    '99999999999',
  ],
  date: [
    '2024-02-29',
    '2023-02-29',
    '21.11.2026',
    '11/21/2026',
    '20261121',
    'Nov 21 2026',
    'today',
    'infinity',
    '0000-01-01',
    '2026-11-21\n',
  ],
  moment: [
    '2026-11-21 10:00',
    '2026-11-21T24:00:00',
    '2026-11-21 10:00:60',
    '2026-11-21 10:00:00.1234567',
    '2026-11-21T10:00:00Z',
    '2026-11-21 10:00:00+0530',
    '2026-11-21 10:00:00+16',
    '2026-11-21 10:00:00 CET',
    'now',
  ],
};
const readings: readonly Subject[] = [
  ...['int2', 'int4', 'int8', 'numeric', 'numeric(6,2)'].map((type) => reading(type, texts['number'] ?? [])),
  reading('date', [...(texts['date'] ?? []), ...(texts['moment'] ?? [])]),
  ...['timestamp', 'timestamptz', 'timestamp(0)'].map((type) =>
    reading(type, [...(texts['moment'] ?? []), ...(texts['date'] ?? [])]),
  ),
];
function reading(type: string, from: readonly string[]): Subject {
  const name = `awkward text::${type}`;
  return {
    name,
    make: (draw) => ({
      subject: name,
      expression: `p1::${type}`,
      fields: [{ type: draw.of(['text', 'varchar']), value: draw.of(from) }],
    }),
  };
}

const subjects = [...declaredSubjects(true), ...formSubjects(forms), ...readings].filter(
  ({ name }) => only === undefined || name.includes(only),
);
const dialect: SqlDialect = { system: 'postgres' };
const judges: Judge[] = [];
const total = { pushed: 0, notPushed: 0, cases: 0, stricter: 0, disagreements: 0 };

const elsewhere: JudgeWorld = {
  database:
    "create database agreement template template0 locale_provider icu icu_locale 'de-DE' locale 'C.UTF-8' encoding 'UTF8'",
  prepared: `create collation caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
    set TimeZone = 'UTC'; set DateStyle = 'ISO, YMD'; set IntervalStyle = 'postgres'; set standard_conforming_strings = on`,
  queryOf: ({ expression, fields }) => {
    const columns = fields.map(
      ({ type }, at) =>
        `($1)[${at + 1}]::${type}${/text|char/.test(type) ? ' collate caseless' : ''} as p${at + 1}`,
    );
    const source = `(select ${columns.length === 0 ? '1' : columns.join(', ')} offset 0) t`;
    return `select array[pg_typeof(x)::text, x::text] from (select (${expression}\n) as x from ${source} offset 0) w`;
  },
};

beforeAll(async () => {
  await loadGrammar();
  judges.push(...(await Promise.all([openJudge(15, elsewhere), openJudge(18, elsewhere)])));
});

afterAll(async () => {
  for (const judge of judges) await judge[Symbol.asyncDispose]();
  console.log(JSON.stringify({ bench: 'pushed-agrees', seed, ...total }));
});

describe.skipIf(skipWithoutPostgres(15))(`pushed down to PostgreSQL 15 and 18 (GODWIT_SEED=${seed})`, () => {
  it.each(subjects.map((subject, at) => [subject.name, subject, at] as const))(
    '%s',
    async (_, subject, at) => {
      const cases = makeCases(subject, seed + at * 7919);
      const there = cases.map((one) => ({ ...one, expression: pushed(one) }));
      const sent = there.filter(({ expression }) => expression !== null) as readonly AgreementCase[];
      const here = cases.filter((_one, place) => there[place]?.expression !== null).map(evaluateHere);
      total[sent.length > 0 ? 'pushed' : 'notPushed'] += 1;
      for (const judge of judges) {
        const answers = await judge.evaluate(sent);
        const wrong = sent.flatMap((one, place) =>
          disagreement(one, here[place], answers[place], judge.major),
        );
        expect(wrong.slice(0, 12)).toEqual([]);
      }
    },
  );
});

function makeCases(subject: Subject, from: number): readonly AgreementCase[] {
  const draw = new Draw(from);
  return Array.from({ length: casesEach }, () => subject.make(draw));
}

/** Null where it is computed here, or does not even compile. */
function pushed({ expression, fields }: AgreementCase): string | null {
  try {
    const written = compileExpression(expression, scopeOf(fields)).toSql(dialect);
    return written.kind === 'sql' ? written.sql : null;
  } catch (error) {
    if (isGodwitError(error)) return null;
    throw error;
  }
}

function disagreement(
  one: AgreementCase,
  mine: Answer | undefined,
  theirs: Answer | undefined,
  major: number,
): readonly string[] {
  total.cases += 1;
  if (theirs?.kind === 'error') {
    if (mine?.kind === 'value') total.stricter += 1;
    return [];
  }
  if (mine?.kind === 'value' && theirs?.kind === 'value' && theirs.text === mine.text) return [];
  total.disagreements += 1;
  const values = one.fields.map(({ type, value }) => `${type} ${JSON.stringify(value)}`).join(', ');
  const said = [mine, theirs].map((answer) => (answer === undefined ? 'nothing' : describeAnswer(answer)));
  return [
    `${one.subject}: ${one.expression} with ${values}: here ${said[0]}, PostgreSQL ${major} ${said[1]}`,
  ];
}
