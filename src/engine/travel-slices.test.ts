import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { GodwitError } from '../model/index.ts';
import { CrmWorld, checkStep, copyFirms, copyPeople } from './crm-world.contract.ts';
import { type CutWire, wireCut, withCutWire } from './cut-wire.contract.ts';
import { executeStep, type Journal, type SessionOptions, undoRun } from './index.ts';

let world: CrmWorld;
beforeEach(async () => {
  world = await CrmWorld.make(200);
});
afterEach(async () => world[Symbol.asyncDispose]());

/** Both systems behind the wire; counts how often each was opened. */
function systemsBehind(wire: CutWire): {
  systems: SessionOptions['systems'];
  opened: { source: number; target: number };
} {
  const opened = { source: 0, target: 0 };
  const open = (role: 'source' | 'target') => async () => {
    opened[role] += 1;
    return withCutWire(await world.open(role), wire);
  };
  return { systems: { source: open('source'), target: open('target') }, opened };
}

const quickRetry = { retry: { baseMs: 1, capMs: 2, budgetMs: 60_000 } };

async function entriesOf(journal: Journal): Promise<string[]> {
  const found: string[] = [];
  for await (const { step, slice, code, keyDigest } of journal.entries({}))
    found.push([step, slice, code, keyDigest].join(' '));
  return found.sort();
}

async function copyBoth(options: Partial<SessionOptions>, from: CrmWorld = world): Promise<string[]> {
  await using session = await from.session(options);
  await executeStep(session, copyFirms, from.plans());
  const report = await executeStep(session, copyPeople, from.plans());
  expect(report.counts?.rowsRead).toBe(200);
  return await entriesOf(session.journal);
}

describe('a wire that breaks', () => {
  let expected: { content: unknown; entries: string[] };
  beforeEach(async () => {
    await using calm = await CrmWorld.make(200);
    const entries = await copyBoth({}, calm);
    expected = { content: calm.content(), entries };
  });

  test('while reading, while writing and while answering costs nothing but time', async () => {
    let turn = 0;
    const cutSometimes = (): void => {
      turn += 1;
      if (turn % 9 === 0) throw wireCut;
    };
    const { systems, opened } = systemsBehind({
      reading: cutSometimes,
      writing: cutSometimes,
      answering: cutSometimes,
    });
    const entries = await copyBoth({ systems, limits: quickRetry });
    expect(opened.source).toBeGreaterThan(5);
    expect(opened.target).toBe(opened.source);
    expect(world.content()).toEqual(expected.content);
    expect(entries).toEqual(expected.entries);
  });

  test('after a commit whose answer is lost loses neither counts nor quarantine', async () => {
    const lost = new Set<number>();
    const { systems } = systemsBehind({
      answering: (slice) => {
        if (lost.has(slice)) return;
        lost.add(slice);
        throw wireCut;
      },
    });
    expect(await copyBoth({ systems, limits: quickRetry })).toEqual(expected.entries);
    expect(world.content()).toEqual(expected.content);
  });
});

test('a system that stays away pauses the run, and the slices before it stay', async () => {
  const { systems } = systemsBehind({
    writing: (slice) => {
      if (slice === 2) throw wireCut;
    },
  });
  await using session = await world.session({
    systems,
    limits: { rowsPerSlice: 5, retry: { baseMs: 1, capMs: 2, budgetMs: 30 } },
  });
  await expect(executeStep(session, copyFirms, world.plans())).rejects.toMatchObject({
    code: 'engine.retries-exhausted',
    fate: 'pause',
  });
  expect(world.rows('target', 'SELECT count(*) FROM firms')).toEqual([['10']]);
  expect((await session.journal.steps('run-1'))[0]).toMatchObject({
    state: 'paused',
    code: 'engine.retries-exhausted',
  });
  await using again = await world.session();
  expect((await executeStep(again, copyFirms, world.plans())).counts?.rowsWritten).toBe(20);
});

test('a system that is away when a step begins is waited for, whatever the step', async () => {
  let attempts = 0;
  const target: SessionOptions['systems']['target'] = async () => {
    attempts += 1;
    if (attempts % 3 !== 0) throw wireCut;
    return world.open('target');
  };
  const systems = { source: async () => world.open('source'), target };
  for (const step of [checkStep, copyFirms]) {
    await using session = await world.session({ systems, limits: quickRetry });
    expect((await executeStep(session, step, world.plans())).outcome).toBe('done');
  }
  await using session = await world.session({ systems, limits: quickRetry });
  expect((await undoRun(session, world.plans())).rowsRemoved).toBe(20);
  expect(attempts).toBe(9);
});

test('asked to stop while the target is away, an undo does not claim to be done', async () => {
  await copyBoth({});
  const controller = new AbortController();
  const target = async (): Promise<never> => {
    controller.abort();
    throw wireCut;
  };
  const systems = { source: async () => world.open('source'), target };
  await using session = await world.session({
    systems,
    signal: controller.signal,
    warrant: await world.warrant(),
  });
  expect((await undoRun(session, world.plans())).outcome).toBe('stopped');
  expect((await session.journal.runs())[0]?.state).toBe('running');
});

test('what is in the target is told to the ledger also when a later slice fails', async () => {
  const broken = new GodwitError({
    code: 'test.broken',
    title: 'Broken',
    nextStep: 'Mend it.',
    fate: 'never',
  });
  const { systems } = systemsBehind({
    writing: (slice) => {
      if (slice === 2) throw broken;
    },
  });
  await using session = await world.session({ systems, limits: { rowsPerSlice: 5, slicesPerEvent: 100 } });
  await expect(executeStep(session, copyFirms, world.plans())).rejects.toBe(broken);
  expect(world.events.map(({ type }) => type)).toEqual([
    'engine.step-started',
    'engine.slices-applied',
    'engine.step-ended',
  ]);
  expect(world.events[1]?.body).toMatchObject({ slices: 2, slicesApplied: 2, rowsWritten: 10 });
  expect(world.events[2]?.body).toMatchObject({ outcome: 'failed', code: 'test.broken' });
});

test('fields in another order than agreed are not taken for the agreed ones', async () => {
  const { systems } = systemsBehind({
    garbleBatch: (batch) => ({ ...batch, fields: [...batch.fields].reverse() }),
  });
  await using session = await world.session({ systems });
  await expect(executeStep(session, copyFirms, world.plans())).rejects.toMatchObject({
    code: 'engine.fields-unexpected',
  });
  expect(world.rows('target', 'SELECT * FROM firms')).toEqual([]);
});

test('an answer that does not add up stops the run', async () => {
  const { systems } = systemsBehind({
    garbleAnswer: ({ applied, counts }) => ({
      applied,
      counts: { ...counts, rowsRead: counts.rowsRead + 1 },
    }),
  });
  await using session = await world.session({ systems });
  await expect(executeStep(session, copyFirms, world.plans())).rejects.toMatchObject({
    code: 'engine.counts-incoherent',
  });
});

describe('stop rules', () => {
  const budget: SessionOptions['judge'] = ({ counts }) =>
    counts.rowsQuarantined > 8
      ? { pause: 'rule.error-budget', reason: `${counts.rowsQuarantined} are too many` }
      : 'go';

  test('pause between slices, with the numbers of the target', async () => {
    await using session = await world.session({ judge: budget });
    await executeStep(session, copyFirms, world.plans());
    const report = await executeStep(session, copyPeople, world.plans());
    expect(report).toMatchObject({ outcome: 'paused', paused: { code: 'rule.error-budget' } });
    expect(report.slicesApplied).toBeLessThan(report.slicesPlanned);
    expect(report.counts!.rowsQuarantined).toBeGreaterThan(8);
    expect((await session.journal.runs())[0]).toMatchObject({ state: 'paused', code: 'rule.error-budget' });
    const held = report.slicesApplied;
    const asked = await executeStep(session, copyPeople, world.plans());
    expect(asked).toMatchObject({ outcome: 'paused', slicesApplied: held });
    await using allowed = await world.session();
    expect(await executeStep(allowed, copyPeople, world.plans())).toMatchObject({
      outcome: 'done',
      slicesApplied: 20,
    });
  });

  test('are asked after the last slice too', async () => {
    await using session = await world.session({
      judge: ({ slicesApplied, slicesPlanned }) =>
        slicesApplied === slicesPlanned ? { pause: 'rule.total', reason: 'looked at the end' } : 'go',
    });
    const report = await executeStep(session, copyFirms, world.plans());
    expect(report).toMatchObject({ outcome: 'paused', slicesApplied: report.slicesPlanned });
  });
});

describe('asked to stop', () => {
  test('it ends behind the slice under way and goes on later', async () => {
    const controller = new AbortController();
    await using session = await world.session({
      signal: controller.signal,
      limits: { rowsPerSlice: 5 },
      crash: (point) => {
        if (point === 'between-quarantine-and-commit') controller.abort();
      },
    });
    const report = await executeStep(session, copyFirms, world.plans());
    expect(report).toMatchObject({ outcome: 'stopped', slicesApplied: 1, counts: { rowsRead: 5 } });
    expect(world.rows('target', 'SELECT count(*) FROM firms')).toEqual([['5']]);
    expect((await session.journal.steps('run-1'))[0]?.state).toBe('stopped');
    world.progress.length = 0;
    await using again = await world.session();
    expect((await executeStep(again, copyFirms, world.plans())).counts?.rowsWritten).toBe(20);
    expect(world.progress.map(({ rowsRead }) => rowsRead)).toEqual([5, 10, 15, 20]);
  });

  test('it does not wait out a long pause before the next attempt', async () => {
    const controller = new AbortController();
    const { systems } = systemsBehind({
      writing: () => {
        setTimeout(() => controller.abort(), 5);
        throw wireCut;
      },
    });
    const limits = { retry: { baseMs: 3_600_000, capMs: 3_600_000, budgetMs: 7_200_000 } };
    await using session = await world.session({ systems, signal: controller.signal, limits });
    expect(await executeStep(session, copyFirms, world.plans())).toMatchObject({
      outcome: 'stopped',
      slicesApplied: 0,
    });
  });
});

test('reading nothing ahead gives the same target', async () => {
  await using calm = await CrmWorld.make(200);
  const entries = await copyBoth({}, calm);
  expect(await copyBoth({ limits: { batchesAheadMax: 0 } })).toEqual(entries);
  expect(world.content()).toEqual(calm.content());
});
