import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  CrmWorld,
  checkStep,
  copyFirms,
  copyNicknames,
  copyPeople,
  crmSteps,
  linkPeople,
} from './crm-world.contract.ts';
import { withCutWire } from './cut-wire.contract.ts';
import { executeStep, finishRun, runStatus, type Session, type StepReport } from './index.ts';

let world: CrmWorld;
beforeEach(async () => {
  world = await CrmWorld.make(300);
});
afterEach(async () => world[Symbol.asyncDispose]());

async function runAll(session: Session): Promise<Map<string, StepReport>> {
  const reports = new Map<string, StepReport>();
  for (const step of crmSteps) reports.set(step.id, await executeStep(session, step, world.plans()));
  await finishRun(session, copyNicknames.id);
  return reports;
}

describe('a whole run', () => {
  test('brings every record over or says why not', async () => {
    await using session = await world.session();
    const reports = await runAll(session);
    const [[written]] = world.rows('target', 'SELECT count(*) FROM persons') as [[string]];
    const people = reports.get(copyPeople.id)?.counts;
    // By plain SQL on the source: what the rules of the mapping and the target leave over.
    const [[purged, rejected]] = world.rows(
      'source',
      `SELECT count(*) FILTER (WHERE email LIKE 'test%' AND age <> 'unknown'), count(*) FILTER (WHERE age = 'unknown')
       FROM people`,
    ) as [[string, string]];
    expect(people).toMatchObject({ rowsRead: 300, rowsWritten: Number(written), rowsPurged: Number(purged) });
    expect(Number(rejected)).toBeGreaterThan(20);
    expect(people!.rowsWritten + people!.rowsQuarantined + people!.rowsPurged).toBe(300);
    const kinds = new Map<string, number>();
    for await (const { step, kind, code } of session.journal.entries({ object: 'person' }))
      if (step === copyPeople.id) kinds.set(`${kind} ${code}`, (kinds.get(`${kind} ${code}`) ?? 0) + 1);
    expect(kinds.get('rejected value.invalid')).toBe(Number(rejected));
    expect([...kinds.values()].reduce((sum, count) => sum + count, 0)).toBe(people!.rowsQuarantined);
    expect([...kinds.keys()].sort()).toEqual([
      'refused target.check',
      'refused target.not-null',
      'refused target.unique',
      'rejected value.invalid',
    ]);
  });

  test('links point at the right records', async () => {
    await using session = await world.session();
    await runAll(session);
    const firms = world.rows(
      'target',
      'SELECT p.id, f.title FROM persons p JOIN firms f ON f.id = p.firm_id',
    );
    const companies = new Map(
      world
        .rows('source', 'SELECT p.id, c.title FROM people p JOIN companies c ON c.id = p.company_id')
        .map(([id, title]) => [id, title]),
    );
    expect(firms.length).toBeGreaterThan(150);
    for (const [id, title] of firms) expect(companies.get(id ?? '')).toBe(title);
    const managers = world.rows('target', 'SELECT id, manager_id FROM persons WHERE manager_id IS NOT NULL');
    const before = new Map(
      world.rows('source', 'SELECT id, manager_id FROM people').map(([id, of]) => [id, of]),
    );
    expect(managers.length).toBeGreaterThan(80);
    for (const [id, manager] of managers) expect(before.get(id ?? '')).toBe(manager);
  });

  test('a record goes with all of its rows or with none', async () => {
    await using session = await world.session();
    const report = (await runAll(session)).get(copyNicknames.id);
    const rows = world.rows('target', 'SELECT person_id, count(*) FROM nicknames GROUP BY 1');
    expect(new Set(rows.map(([, count]) => count))).toEqual(new Set(['3']));
    expect(rows.some(([id]) => Number(id) % 46 === 0)).toBe(false);
    const rude = world.rows('source', 'SELECT id FROM people WHERE id % 46 = 0 AND id % 10 <> 0').length;
    expect(report?.counts).toEqual({
      rowsRead: 300,
      rowsWritten: 300 - rude,
      rowsQuarantined: rude,
      rowsPurged: 0,
    });
    for await (const { id } of session.journal.entries({ object: 'nickname' })) {
      const { entry } = (await session.journal.entry(id))!;
      expect(entry).toMatchObject({ kind: 'refused', code: 'target.check', original: { kind: 'row' } });
      expect(entry.transformed?.row[2]).toBe('rude');
    }
  });

  test('the numbers add up, and come from the target', async () => {
    await using session = await world.session();
    await runAll(session);
    const numbers = await world.numbers(session.journal);
    expect(numbers.map(({ object, unexplained }) => [object, unexplained])).toEqual([
      ['firm', '0'],
      ['person', '0'],
      ['nickname', '0'],
    ]);
    const statuses = await runStatus({
      run: 'run-1',
      journal: session.journal,
      target: await world.open('target'),
    });
    expect(
      statuses.map(({ step, slicesApplied, slicesPlanned }) => [
        step.step,
        step.state,
        slicesApplied,
        slicesPlanned,
      ]),
    ).toEqual([
      ['01-check', 'done', 0, 0],
      ['02-copy-firm', 'done', 3, 3],
      ['03-copy-person', 'done', 30, 30],
      ['04-link-person', 'done', 30, 30],
      ['05-copy-nickname', 'done', 30, 30],
    ]);
    const purged = (await session.journal.purged('run-1')).filter(({ step }) => step === copyPeople.id);
    expect(purged.reduce((sum, { count }) => sum + count, 0)).toBe(numbers[1]?.rowsPurged);
    expect(new Set(purged.map(({ reason }) => reason))).toEqual(new Set(['test account']));
  });

  test('a refused record keeps its original, also when it has to be read again', async () => {
    let fetched = 0;
    const wire = { fetching: () => void (fetched += 1) };
    await using session = await world.session({
      systems: {
        source: async () => withCutWire(await world.open('source'), wire),
        target: async () => world.open('target'),
      },
      limits: { originalsKeptBytesMax: 0 },
    });
    await executeStep(session, copyFirms, world.plans());
    await executeStep(session, copyPeople, world.plans());
    let seen = 0;
    for await (const { id } of session.journal.entries({ code: 'target.check' })) {
      const { entry } = (await session.journal.entry(id))!;
      const [key] = JSON.parse(entry.key ?? '') as [string];
      const [original] = world.rows('source', `SELECT * FROM people WHERE id = ${key}`);
      expect(entry.original).toMatchObject({ kind: 'row', row: original });
      expect(entry.transformed?.row[4]).toBe('-1');
      seen += 1;
    }
    expect(seen).toBeGreaterThan(5);
    expect(fetched).toBeGreaterThan(5);
  });

  test('running it again writes nothing more', async () => {
    await using session = await world.session();
    await runAll(session);
    const before = world.content();
    await using again = await world.session();
    const reports = await runAll(again);
    expect(world.content()).toEqual(before);
    expect(reports.get(copyPeople.id)?.counts?.rowsRead).toBe(300);
  });
});

describe('what others hear', () => {
  test('the ledger hears of the intent before the first write, and of nothing personal', async () => {
    const writtenAtIntent: (string | null)[] = [];
    await using session = await world.session({
      record: async (event) => {
        if (event.type === 'engine.step-started' && event.step === copyFirms.id)
          writtenAtIntent.push(world.rows('target', 'SELECT count(*) FROM firms')[0]![0]!);
        world.events.push(event);
      },
    });
    await runAll(session);
    expect(writtenAtIntent).toEqual(['0']);
    const types = world.events.filter(({ step }) => step === copyPeople.id).map(({ type }) => type);
    expect(types[0]).toBe('engine.step-started');
    expect(types.at(-1)).toBe('engine.step-ended');
    expect(types.filter((type) => type === 'engine.slices-applied')).toHaveLength(10);
    expect(JSON.stringify(world.events)).not.toMatch(/@|Zoë|company \d/);
  });

  test('a ledger that cannot keep the intent stops the step before it writes', async () => {
    await using session = await world.session({ record: async () => Promise.reject(new RangeError('full')) });
    await expect(executeStep(session, copyFirms, world.plans())).rejects.toThrow('full');
    expect(world.rows('target', 'SELECT * FROM firms')).toEqual([]);
  });

  test('progress only grows and ends at everything', async () => {
    await using session = await world.session();
    await runAll(session);
    const seen = world.progress.filter(({ step }) => step === copyPeople.id);
    expect(seen).toHaveLength(31);
    expect(seen.at(-1)).toMatchObject({
      rowsRead: 300,
      rowsSource: '300',
      slicesApplied: 30,
      slicesPlanned: 30,
    });
    for (const [at, { rowsRead, rowsWritten, rowsQuarantined, rowsPurged }] of seen.entries()) {
      expect(rowsWritten + rowsQuarantined + rowsPurged).toBe(rowsRead);
      expect(rowsRead).toBe(at * 10);
    }
    expect(seen.at(-1)?.remainingMs).toBe(0);
  });
});

describe('without the right to write', () => {
  const nothingWritten = (): void => {
    expect(
      world.rows(
        'target',
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY 1",
      ),
    ).toEqual([['firms'], ['nicknames'], ['persons']]);
    expect(world.content()).toEqual([]);
  };

  test('an expired warrant stops every step', async () => {
    const warrant = await world.warrant(undefined, '2020-01-01T00:00:00Z');
    await using session = await world.session({ warrant });
    for (const step of [checkStep, copyFirms, linkPeople])
      await expect(executeStep(session, step, world.plans())).rejects.toMatchObject({
        code: 'warrant.refused',
      });
    expect(world.events.filter(({ type }) => type === 'engine.step-started')).toEqual([]);
    nothingWritten();
  });

  test('a step outside the runbook is refused', async () => {
    await using session = await world.session({ warrant: await world.warrant(['01-check']) });
    await expect(executeStep(session, copyFirms, world.plans())).rejects.toMatchObject({
      code: 'warrant.refused',
    });
    nothingWritten();
  });

  test('a warrant for another system is refused', async () => {
    const other = await CrmWorld.make(1);
    await using session = await world.session({ warrant: await other.warrant() });
    await other[Symbol.asyncDispose]();
    await expect(executeStep(session, copyFirms, world.plans())).rejects.toMatchObject({
      code: 'warrant.refused',
    });
    nothingWritten();
  });

  test('a warrant that expires on the way stops between two slices', async () => {
    let slices = 0;
    const clock = {
      now: () => (slices < 2 ? '2026-01-01T00:00:00Z' : '2101-01-01T00:00:00Z'),
      elapsedMs: () => 0,
      // Whoever looks again and again lets others come between.
      sleep: async () => setImmediate(),
    };
    await using session = await world.session({
      clock,
      onProgress: ({ slicesApplied }) => {
        slices = slicesApplied;
      },
    });
    await expect(executeStep(session, copyFirms, world.plans())).rejects.toMatchObject({
      code: 'warrant.refused',
    });
    expect(world.rows('target', 'SELECT count(*) FROM firms')).toEqual([['20']]);
  });
});

describe('a target that is not as agreed', () => {
  test('records in an empty-only target stop the run before it writes', async () => {
    world.sql('target', "INSERT INTO firms (title) VALUES ('theirs')");
    await using session = await world.session();
    await expect(executeStep(session, checkStep, world.plans())).rejects.toMatchObject({
      code: 'engine.target-not-empty',
    });
    expect((await session.journal.runs())[0]).toMatchObject({
      state: 'paused',
      code: 'engine.target-not-empty',
    });
    expect(world.events.at(-1)).toMatchObject({ type: 'engine.step-ended', body: { outcome: 'paused' } });
  });

  test('a target that lost its slices, or gained strange ones, is not written to', async () => {
    await using session = await world.session();
    await executeStep(session, copyFirms, world.plans());
    const journal = await CrmWorld.make(20);
    await using stranger = await journal.session({
      systems: { source: async () => journal.open('source'), target: async () => world.open('target') },
      warrant: await world.warrant(),
    });
    await expect(executeStep(stranger, copyFirms, world.plans())).rejects.toMatchObject({
      code: 'engine.plan-mismatch',
      detail: expect.stringContaining('the target holds slice'),
    });
    await journal[Symbol.asyncDispose]();
  });
});

test('the source that moved meanwhile is told', async () => {
  await using session = await world.session({
    onProgress: ({ slicesApplied }) => {
      if (slicesApplied === 2)
        world.sql('source', "INSERT INTO companies VALUES (100000, 'late', 'customer')");
    },
  });
  const report = await executeStep(session, copyFirms, world.plans());
  expect(report.movement).toMatchObject({ rowsPlanned: '30', rowsNow: '31', rowsChanged: null, moved: true });
});
