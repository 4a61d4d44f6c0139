import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CrashPoint, crashPoints } from './crash-points.ts';
import { CrmWorld, copyPeople, crmSteps } from './crm-world.contract.ts';
import { executeStep, type Journal, replayStep, undoRun } from './index.ts';

/** A run that is cut off anywhere and begun again gives what a run that was never cut off gives. */

const people = 60;
const numRuns = process.env['GODWIT_PROVE'] === '1' ? 150 : 4;
const timeout = numRuns * 60_000;

/** The process ends here, as far as the engine can tell. */
class Crash extends Error {}

/** Throws at the given hits of any crash point, and once at each of those named, and counts where it was. */
class Saboteur {
  readonly #after: number[];
  #left: number;
  readonly hits = new Map<CrashPoint, number>();

  readonly #once: Set<CrashPoint>;

  constructor(after: readonly number[], once: readonly CrashPoint[] = []) {
    this.#once = new Set(once);
    this.#after = [...after];
    this.#left = this.#after.shift() ?? Number.POSITIVE_INFINITY;
  }

  readonly at = (point: CrashPoint): void => {
    this.#left -= 1;
    if (this.#left >= 0 && !this.#once.delete(point)) return;
    this.hits.set(point, (this.hits.get(point) ?? 0) + 1);
    this.#left = this.#after.shift() ?? Number.POSITIVE_INFINITY;
    throw new Crash(point);
  };
}

/** Begins again after every crash, each time with a new session, until the work is through. */
async function persevere(
  world: CrmWorld,
  crash: Saboteur,
  work: (session: Awaited<ReturnType<CrmWorld['session']>>) => Promise<unknown>,
): Promise<number> {
  for (let crashes = 0; ; crashes += 1) {
    await using session = await world.session({ crash: crash.at });
    try {
      await work(session);
      return crashes;
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
  }
}

async function everything(session: Awaited<ReturnType<CrmWorld['session']>>, world: CrmWorld): Promise<void> {
  for (const step of crmSteps) expect((await executeStep(session, step, world.plans())).outcome).toBe('done');
}

async function entriesOf(journal: Journal): Promise<string[]> {
  const found: string[] = [];
  for await (const { step, slice, kind, code, keyDigest, state } of journal.entries({}))
    found.push([step, slice, kind, code, keyDigest, state].join(' '));
  return found.sort();
}

let expected: { content: unknown; entries: string[]; purged: unknown };
const seen = new Map<CrashPoint, number>();
beforeAll(async () => {
  await using world = await CrmWorld.make(people);
  await using session = await world.session();
  await everything(session, world);
  const purged = await session.journal.purged('run-1');
  expected = { content: world.content(), entries: await entriesOf(session.journal), purged };
});

const crashes = fc.array(fc.nat(60), { minLength: 1, maxLength: 6 });

test('resume equals run', { timeout }, async () => {
  await fc.assert(
    fc.asyncProperty(crashes, async (after) => {
      await using world = await CrmWorld.make(people);
      const saboteur = new Saboteur(after, runPoints);
      await persevere(world, saboteur, async (session) => everything(session, world));
      await using session = await world.session();
      expect(world.content()).toEqual(expected.content);
      expect(await entriesOf(session.journal)).toEqual(expected.entries);
      expect(await session.journal.purged('run-1')).toEqual(expected.purged);
      for (const { unexplained } of await world.numbers(session.journal)) expect(unexplained).toBe('0');
      for (const [point, count] of saboteur.hits) seen.set(point, (seen.get(point) ?? 0) + count);
    }),
    { numRuns },
  );
});

test('an undo that is cut off leaves nothing behind either', { timeout }, async () => {
  await fc.assert(
    fc.asyncProperty(crashes, async (after) => {
      await using world = await CrmWorld.make(people);
      {
        await using session = await world.session();
        await everything(session, world);
      }
      const saboteur = new Saboteur(after, ['before-undo-slice', 'after-undo-slice']);
      await persevere(world, saboteur, async (session) => {
        expect((await undoRun(session, world.plans())).outcome).toBe('undone');
      });
      expect(world.content()).toEqual([]);
      for (const [point, count] of saboteur.hits) seen.set(point, (seen.get(point) ?? 0) + count);
    }),
    { numRuns: Math.ceil(numRuns / 2) },
  );
});

/** Every place of a run, once in each try, beside the ones that chance picks. */
const runPoints = crashPoints.filter((point) => !/undo|replay|completion/.test(point));

const replayPoints = [
  'between-read-and-write',
  'between-quarantine-and-commit',
  'between-checkpoint-and-ledger',
  'between-replay-and-mark',
  'between-slices-and-step',
] as const;

test('a replay that is cut off settles every record once', async () => {
  const results: unknown[] = [];
  for (const point of [null, ...replayPoints]) {
    await using world = await CrmWorld.make(people);
    {
      await using session = await world.session();
      await everything(session, world);
    }
    world.rules = { ageOfText: false };
    const saboteur = new Saboteur([], point ? [point] : []);
    await persevere(world, saboteur, async (session) =>
      replayStep(session, { step: copyPeople, plan: world.plans().get('person')!, entries: 'all' }),
    );
    await using session = await world.session();
    const [numbers] = (await world.numbers(session.journal)).filter(({ object }) => object === 'person');
    const open: string[] = [];
    for await (const { keyDigest, code } of session.journal.entries({ origin: copyPeople.id, state: 'open' }))
      open.push(`${keyDigest} ${code}`);
    results.push({ content: world.content(), numbers, open: open.sort() });
    for (const [point, count] of saboteur.hits) seen.set(point, (seen.get(point) ?? 0) + count);
  }
  for (const result of results) expect(result).toEqual(results[0]);
});

/** A crash point that no test reaches proves nothing; between completions `postgres-run.test.ts` is cut off. */
afterAll(() => {
  expect([...seen.keys()].sort()).toEqual(
    crashPoints.filter((point) => point !== 'after-completion').toSorted(),
  );
});
