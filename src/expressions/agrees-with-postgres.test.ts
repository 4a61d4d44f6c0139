import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { casesPerFunction, Draw } from '../../tests/agreement/draw.ts';
import { skipWithoutPostgres } from '../../tests/servers/index.ts';
import {
  type AgreementCase,
  type Answer,
  agrees,
  describeAnswer,
  isRefused,
} from './agreement/agreement-case.contract.ts';
import { declaredSubjects, type Subject } from './agreement/declared-cases.contract.ts';
import { evaluateHere } from './agreement/evaluate-here.contract.ts';
import { type Judge, openJudge } from './agreement/evaluate-there.contract.ts';
import { formSubjects } from './agreement/forms.contract.ts';
import { loadGrammar } from './grammar.ts';

/**
 * The language means what PostgreSQL means: every function, operator, cast and form, with awkward values, against real
 * PostgreSQL 15 and 18. GODWIT_PROVE=1 for the full count, GODWIT_SEED to repeat, GODWIT_ONLY for one subject.
 */
const { seed } = Draw.fromEnvironment();
const casesEach = casesPerFunction(60, 1_000);
const only = process.env['GODWIT_ONLY'];

const subjects = [...declaredSubjects(), ...formSubjects()].filter(
  ({ name }) => only === undefined || name.includes(only),
);
const judges: Judge[] = [];
const total = { functions: subjects.length, cases: 0, disagreements: 0, refused: 0, versionsDiffer: 0 };

beforeAll(async () => {
  await loadGrammar();
  judges.push(...(await Promise.all([openJudge(15), openJudge(18)])));
});

afterAll(async () => {
  for (const judge of judges) await judge[Symbol.asyncDispose]();
  console.log(JSON.stringify({ bench: 'agrees-with-postgres', seed, ...total }));
});

describe.skipIf(skipWithoutPostgres(15))(`agrees with PostgreSQL 15 and 18 (GODWIT_SEED=${seed})`, () => {
  it.each(subjects.map((subject, at) => [subject.name, subject, at] as const))(
    '%s',
    async (_, subject, at) => {
      const cases = makeCases(subject, seed + at * 7919);
      const here = cases.map(evaluateHere);
      const there = await Promise.all(judges.map(async (judge) => judge.evaluate(cases)));
      const wrong = cases.flatMap((one, place) =>
        disagreement(
          one,
          here[place] as Answer,
          there.map((answers) => answers[place] as Answer),
        ),
      );
      expect(wrong.slice(0, 12)).toEqual([]);
    },
  );
});

function makeCases(subject: Subject, from: number): readonly AgreementCase[] {
  const draw = new Draw(from);
  return Array.from({ length: casesEach }, () => subject.make(draw));
}

/** Where the two versions differ, the language has the meaning of one of them. */
function disagreement(one: AgreementCase, mine: Answer, theirs: readonly Answer[]): readonly string[] {
  total.cases += theirs.length;
  if (isRefused(mine, theirs)) {
    total.refused += 1;
    return [];
  }
  const wrong = theirs.filter((answer) => !agrees(mine, answer));
  if (wrong.length === 0) return [];
  if (wrong.length < theirs.length && versionsDiffer(theirs)) {
    total.versionsDiffer += 1;
    return [];
  }
  total.disagreements += 1;
  const values = one.fields.map(({ type, value }) => `${type} ${JSON.stringify(value)}`).join(', ');
  const said = theirs.map((answer, at) => `PostgreSQL ${judges[at]?.major} ${describeAnswer(answer)}`);
  return [`${one.expression} with ${values}: here ${describeAnswer(mine)}, ${said.join(', ')}`];
}

function versionsDiffer([older, newer]: readonly Answer[]): boolean {
  return older !== undefined && newer !== undefined && older.kind !== newer.kind;
}
