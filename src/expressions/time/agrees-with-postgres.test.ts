import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, AskPostgres, quoted } from '../../../tests/agreement/ask-postgres.ts';
import { casesPerFunction, Draw } from '../../../tests/agreement/draw.ts';
import { skipWithoutPostgres } from '../../../tests/servers/index.ts';
import { isGodwitError, type Value } from '../../model/index.ts';
import { sqlStatesOf } from '../faults.ts';
import { type Case, timeCases } from './agreement-cases.contract.ts';

/**
 * Every function, operator, cast and input of this room against PostgreSQL 15 and 18, with generated and awkward values:
 * equal results or equal errors. A refusal of our own must be deserved: the versions disagree, the answer depends on
 * DateStyle or the clock, or on which time zone database is asked.
 */
const draw = Draw.fromEnvironment();
const perFunction = casesPerFunction(120, 1_000);

interface Ours {
  readonly value?: string | null;
  readonly code?: string;
}

function ours({ apply }: Case): Ours {
  try {
    return { value: textOf(apply()) };
  } catch (error) {
    if (!isGodwitError(error)) throw error;
    return { code: error.code };
  }
}

function textOf(value: Value): string | null {
  return value === null ? null : String(value);
}

function agrees(own: Ours, answer: Answer): boolean {
  if ('value' in answer) return own.code === undefined && own.value === answer.value;
  return own.code !== undefined && sqlStatesOf(own.code).includes(answer.sqlState);
}

function same(a: Answer, b: Answer): boolean {
  if ('value' in a && 'value' in b) return a.value === b.value;
  return 'sqlState' in a && 'sqlState' in b && a.sqlState === b.sqlState;
}

const clockWords = /now|today|tomorrow|yesterday/i;

describe.skipIf(skipWithoutPostgres(15) || skipWithoutPostgres(18))('time agrees with PostgreSQL', () => {
  let servers: AskPostgres[];

  beforeAll(async () => {
    servers = await Promise.all([AskPostgres.open(15), AskPostgres.open(18)]);
  });

  afterAll(async () => {
    await Promise.all(servers.map((server) => server.end()));
  });

  async function ask(cases: readonly Case[]): Promise<[Answer[], Answer[]]> {
    const expressions = cases.map(({ sql }) => sql);
    return Promise.all(servers.map((server) => server.answers(expressions))) as Promise<[Answer[], Answer[]]>;
  }

  /** Does the answer of PostgreSQL 18 change with the order of day, month and year? */
  async function dependsOnOrder(refused: readonly Case[]): Promise<boolean[]> {
    const expressions = refused.map(({ sql }) => sql);
    const newest = servers[1] as AskPostgres;
    const answers: Answer[][] = [];
    for (const order of ['DMY', 'YMD', 'MDY'] as const) {
      await newest.setDateOrder(order);
      answers.push(await newest.answers(expressions));
    }
    return refused.map((_, at) => {
      const [first, second, third] = answers.map((list) => list[at] as Answer) as [Answer, Answer, Answer];
      return !same(first, second) || !same(second, third);
    });
  }

  function isDeserved(own: Ours, one: Case, older: Answer, newer: Answer): boolean {
    // Where 15 still accepted a malformed value, the stricter answer of 18 holds.
    if (!same(older, newer) && 'sqlState' in newer && agrees(own, newer)) return true;
    switch (own.code) {
      case 'expression.versions-differ':
        return one.mayDiffer || !same(older, newer);
      case 'expression.depends-on-clock':
        return clockWords.test(one.sql);
      case 'expression.zone-rules-uncertain':
        return one.zoned;
      case 'value.not-supported':
        return one.zoned;
      default:
        return false;
    }
  }

  it('on every function, operator, cast and input', { timeout: 900_000 }, async () => {
    const cases = timeCases(draw, perFunction);
    const [older, newer] = await ask(cases);
    const answersOfOurs = cases.map(ours);
    const ambiguous = cases.filter((_, at) => answersOfOurs[at]?.code === 'expression.ambiguous-date');
    const reallyAmbiguous = await dependsOnOrder(ambiguous);
    const disagreements: string[] = [];
    const refusals = new Map<string, number>();
    cases.forEach((one, at) => {
      const [own, a, b] = [answersOfOurs[at] as Ours, older[at] as Answer, newer[at] as Answer];
      if (agrees(own, a) && agrees(own, b)) return;
      const deserved =
        own.code === 'expression.ambiguous-date'
          ? reallyAmbiguous[ambiguous.indexOf(one)] === true
          : isDeserved(own, one, a, b);
      if (deserved) refusals.set(own.code ?? '', (refusals.get(own.code ?? '') ?? 0) + 1);
      else
        disagreements.push(
          `${one.about}: ${one.sql}\n  ours ${JSON.stringify(own)}\n  15   ${JSON.stringify(a)}\n  18   ${JSON.stringify(b)}`,
        );
    });
    const functions = new Set(cases.map(({ about }) => about)).size;
    const refused = [...refusals].map(([code, count]) => `${code} ${count}`).join(', ');
    console.log(
      `time: ${functions} functions, ${cases.length} cases, ${disagreements.length} disagreements (seed ${draw.seed}; refused: ${refused})`,
    );
    expect(disagreements.slice(0, 20).join('\n'), `GODWIT_SEED=${draw.seed}`).toBe('');
  });

  it('quotes what it asks', () => {
    expect(quoted("a'b\\c")).toBe("E'a\\'b\\\\c'");
  });
});
