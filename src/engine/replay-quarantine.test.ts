import { afterEach, beforeEach, expect, test } from 'vitest';
import { CrmWorld, checkStep, copyFirms, copyPeople, crmSteps, linkPeople } from './crm-world.contract.ts';
import {
  type EntrySummary,
  executeStep,
  type Journal,
  owedLinks,
  replayStep,
  type Session,
} from './index.ts';

let world: CrmWorld;
beforeEach(async () => {
  world = await CrmWorld.make(200);
});
afterEach(async () => world[Symbol.asyncDispose]());

async function all(journal: Journal, filter: Parameters<Journal['entries']>[0]): Promise<EntrySummary[]> {
  const found: EntrySummary[] = [];
  for await (const entry of journal.entries(filter)) found.push(entry);
  return found;
}

const replayPeople = async (session: Session, entries: readonly string[] | 'all' = 'all') =>
  replayStep(session, { step: copyPeople, plan: world.plans().get('person')!, entries });

async function runAll(session: Session): Promise<void> {
  for (const step of crmSteps) await executeStep(session, step, world.plans());
}

/** Records of an object with more than one open entry. */
async function doubled(journal: Journal): Promise<string[]> {
  const seen = new Set<string>();
  const entries = await all(journal, { state: 'open' });
  return entries.flatMap(({ object, keyDigest }) => {
    const name = `${object} ${keyDigest}`;
    return seen.size === seen.add(name).size ? [name] : [];
  });
}

test('a record the first pass kept back has one entry, and does not count in the second pass', async () => {
  await using session = await world.session();
  for (const step of [checkStep, copyFirms]) await executeStep(session, step, world.plans());
  const copied = await executeStep(session, copyPeople, world.plans());
  const linked = await executeStep(session, linkPeople, world.plans());
  expect(await doubled(session.journal)).toEqual([]);
  expect(linked.counts!.rowsRead).toBe(copied.counts!.rowsRead - copied.counts!.rowsQuarantined);
  expect(linked.counts!.rowsWritten + linked.counts!.rowsQuarantined).toBe(copied.counts!.rowsWritten);
  const listed = await all(session.journal, { object: 'person' });
  expect(listed).toHaveLength(copied.counts!.rowsQuarantined + linked.counts!.rowsQuarantined);
  // The manager of some stayed behind: those are in the target, without it.
  const [[unlinked]] = world.rows(
    'target',
    'SELECT count(*) FROM persons WHERE manager_id IS NULL AND id % 10 <> 0',
  ) as [[string]];
  expect(linked.counts!.rowsQuarantined).toBe(Number(unlinked));
});

test('records go once the mapping is mended, and the numbers still add up', async () => {
  await using session = await world.session();
  await runAll(session);
  const before = (await world.numbers(session.journal))[1]!;
  const unreadable = await all(session.journal, { step: copyPeople.id, code: 'value.invalid' });
  world.rules = { ageOfText: false };
  const report = await replayPeople(session);
  expect(report).toMatchObject({ step: 'replay-1', outcome: 'done', rowsFromOriginals: 0, unrepeatable: [] });
  const after = (await world.numbers(session.journal))[1]!;
  expect(after.unexplained).toBe('0');
  expect(after.rowsWritten - before.rowsWritten).toBe(report.counts!.rowsWritten);
  expect(after.rowsQuarantined).toBe(
    (await all(session.journal, { origin: copyPeople.id, state: 'open' })).length,
  );
  expect(report.counts!.rowsWritten).toBeGreaterThan(10);
  for (const { id } of unreadable) expect((await session.journal.entry(id))?.settledBy).toBe('replay-1');
  const [[count]] = world.rows('target', 'SELECT count(*) FROM persons') as [[string]];
  expect(Number(count)).toBe(after.rowsWritten);
});

test('one that fails again is superseded by its new entry', async () => {
  await using session = await world.session();
  await runAll(session);
  const open = await all(session.journal, { step: copyPeople.id, code: 'target.check' });
  expect(await replayPeople(session, [open[0]!.id])).toMatchObject({
    counts: { rowsRead: 1, rowsWritten: 0, rowsQuarantined: 1, rowsPurged: 0 },
  });
  expect(await session.journal.entry(open[0]!.id)).toMatchObject({
    state: 'superseded',
    settledBy: 'replay-1',
  });
  const [again] = await all(session.journal, { step: 'replay-1' });
  expect(again).toMatchObject({ state: 'open', origin: copyPeople.id, keyDigest: open[0]!.keyDigest });
  world.sql('source', "UPDATE people SET age = '30'");
  await replayPeople(session, [again!.id]);
  expect(await session.journal.entry(again!.id)).toMatchObject({ state: 'replayed', settledBy: 'replay-2' });
});

test('a record that is gone from the source is taken from its sealed original', async () => {
  await using session = await world.session();
  await runAll(session);
  world.sql('source', "DELETE FROM people WHERE age = 'unknown'");
  world.rules = { ageOfText: false };
  const gone = (await all(session.journal, { step: copyPeople.id, code: 'value.invalid' })).length;
  expect(gone).toBeGreaterThan(10);
  expect((await replayPeople(session)).rowsFromOriginals).toBe(gone);
  expect(world.rows('target', 'SELECT id FROM persons WHERE id = 44')).toEqual([['44']]);
});

test('a record that changed on the source is read as it is now', async () => {
  await using session = await world.session();
  await runAll(session);
  world.sql('source', "UPDATE people SET age = '61' WHERE id = 44");
  await replayPeople(session);
  expect(world.rows('target', 'SELECT age FROM persons WHERE id = 44')).toEqual([['61']]);
});

test('records of a slice that is not in the target yet wait for their slice', async () => {
  await using session = await world.session();
  await executeStep(session, checkStep, world.plans());
  await executeStep(session, copyFirms, world.plans());
  let slices = 0;
  await using cut = await world.session({
    crash: (point) => {
      if (point !== 'between-quarantine-and-commit') return;
      slices += 1;
      if (slices === 4) throw new RangeError('cut off');
    },
  });
  await expect(executeStep(cut, copyPeople, world.plans())).rejects.toThrow('cut off');
  const kept = await all(session.journal, { step: copyPeople.id });
  expect(kept.some(({ slice }) => slice === 3)).toBe(true);
  world.rules = { ageOfText: false };
  const report = await replayPeople(session);
  expect(report.counts?.rowsRead).toBe(kept.filter(({ slice }) => slice < 3).length);
  const waiting = kept.find(({ slice }) => slice === 3)!;
  expect((await session.journal.entry(waiting.id))?.state).toBe('open');
  await expect(replayPeople(session, [waiting.id])).rejects.toMatchObject({ code: 'engine.entry-unknown' });
  await executeStep(session, copyPeople, world.plans());
  expect((await world.numbers(session.journal))[1]?.unexplained).toBe('0');
  expect(world.rows('target', 'SELECT id, count(*) FROM persons GROUP BY 1 HAVING count(*) > 1')).toEqual([]);
});

test('links are set for records that came by replay', async () => {
  await using session = await world.session();
  await runAll(session);
  world.rules = { ageOfText: false };
  await replayPeople(session);
  await replayStep(session, { step: linkPeople, plan: world.plans().get('person')!, entries: 'all' });
  expect(world.rows('target', 'SELECT manager_id FROM persons WHERE id = 44')).toEqual([['46']]);
});

test('links of replayed records are owed until they are set, also when the replay is cut off between', async () => {
  await using session = await world.session();
  await runAll(session);
  expect(await owedLinks(session, linkPeople.id)).toEqual([]);
  world.rules = { ageOfText: false };
  const { counts } = await replayPeople(session);
  const settled = counts!.rowsWritten + counts!.rowsPurged;
  await using later = await world.session();
  expect(await owedLinks(later, linkPeople.id)).toHaveLength(settled);
  const cutOff = await world.session({
    crash: (point) => {
      if (point === 'between-quarantine-and-commit') throw new RangeError('cut off');
    },
  });
  const replayLinks = { step: linkPeople, plan: world.plans().get('person')!, entries: 'all' } as const;
  await expect(replayStep(cutOff, replayLinks)).rejects.toThrow('cut off');
  await cutOff[Symbol.asyncDispose]();
  expect(await owedLinks(later, linkPeople.id)).toHaveLength(settled);
  await replayStep(later, replayLinks);
  expect(await owedLinks(later, linkPeople.id)).toEqual([]);
  expect(await doubled(later.journal)).toEqual([]);
  expect(world.rows('target', 'SELECT manager_id FROM persons WHERE id = 44')).toEqual([['46']]);
});

test('an id nobody knows is refused before anything is written', async () => {
  await using session = await world.session();
  await runAll(session);
  const before = world.content();
  await expect(replayPeople(session, ['ffff'])).rejects.toMatchObject({ code: 'engine.entry-unknown' });
  expect(world.content()).toEqual(before);
  expect((await session.journal.steps('run-1')).filter(({ kind }) => kind === 'replay')).toEqual([]);
});
