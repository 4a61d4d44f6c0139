import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { position, recordKey, type Slice } from '../../model/index.ts';
import type { Journal } from './journal.ts';
import type { EntryPlace, EntrySummary, QuarantineEntry } from './quarantine-entry.ts';

/** One suite for every journal: the invariants of `journal.ts`. `open` opens the same journal again and again. */
export function journalContract(
  name: string,
  make: () => Promise<{ open(): Promise<Journal>; destroy(): Promise<void> }>,
): void {
  describe(`journal contract: ${name}`, () => {
    let world: Awaited<ReturnType<typeof make>>;
    let journal: Journal;
    const reopen = async (): Promise<void> => {
      await journal[Symbol.asyncDispose]();
      journal = await world.open();
    };

    beforeEach(async () => {
      world = await make();
      journal = await world.open();
      await journal.beginRun(run);
      await journal.beginStep('run-1', copyStep);
    });

    afterEach(async () => {
      await journal[Symbol.asyncDispose]();
      await world.destroy();
    });

    test('a run is begun once and gone on with afterwards', async () => {
      await journal.setRunState('run-1', 'paused', 'rule.errors');
      await reopen();
      expect(await journal.beginRun(run)).toMatchObject({ ...run, state: 'paused', code: 'rule.errors' });
      expect(await journal.runs()).toHaveLength(1);
      await expect(journal.beginRun({ ...run, runbookId: 'sha256:other' })).rejects.toMatchObject({
        code: 'engine.run-changed',
      });
    });

    test('a run or step that was never begun has no state to set', async () => {
      await expect(journal.setRunState('run-9', 'done', null)).rejects.toMatchObject({
        code: 'engine.run-unknown',
      });
      await expect(journal.setStepState('run-1', 'nothing', 'done', null)).rejects.toMatchObject({
        code: 'engine.run-unknown',
      });
    });

    test('steps keep the order in which they were begun', async () => {
      await journal.beginStep('run-1', { ...copyStep, step: '01-late' });
      const again = await journal.beginStep('run-1', copyStep);
      expect(again.fresh).toBe(false);
      await reopen();
      expect((await journal.steps('run-1')).map((step) => step.step)).toEqual(['03-copy', '01-late']);
    });

    test('a plan is null until it is there whole, and never changes', async () => {
      const planned = async (): Promise<unknown> => (await journal.steps('run-1'))[0]?.planned;
      expect([await journal.plan('run-1', '03-copy'), await planned()]).toEqual([null, null]);
      const plan = { slices, rowsSource: '9007199254740993', position: position('7/16') };
      await journal.savePlan('run-1', '03-copy', plan);
      await reopen();
      expect(await journal.plan('run-1', '03-copy')).toEqual(plan);
      expect(await planned()).toEqual({ ...plan, slices: slices.length });
      await expect(journal.savePlan('run-1', '03-copy', plan)).rejects.toMatchObject({
        code: 'engine.plan-mismatch',
      });
      expect(await journal.plan('run-1', '03-copy')).toEqual(plan);
    });

    test('of a slice the last digest counts, and steps do not mix', async () => {
      expect(await journal.digests('run-1', '03-copy')).toEqual(new Map());
      await journal.saveDigest('run-1', '03-copy', 2, 'first');
      await journal.saveDigest('run-1', '03-copy', 2, 'second');
      await journal.saveDigest('run-1', '03-copy', 0, 'other');
      await journal.saveDigest('run-1', '04-copy', 2, 'elsewhere');
      await reopen();
      expect(await journal.digests('run-1', '03-copy')).toEqual(
        new Map([
          [0, 'other'],
          [2, 'second'],
        ]),
      );
    });

    test('an entry comes back as it was', async () => {
      await journal.quarantine(place, 'a', entries);
      await reopen();
      const found = await all(journal);
      expect(found.map(({ kind }) => kind).sort()).toEqual(['bad', 'refused', 'rejected']);
      for (const summary of found) {
        const kept = await journal.entry(summary.id);
        expect(kept).toMatchObject(summary);
        expect(entries).toContainEqual(kept?.entry);
        expect(summary).toMatchObject({ ...place, state: 'open', settledBy: null });
      }
      expect(await journal.entry('nothing')).toBeNull();
    });

    test('a slice written again replaces its entries, and loses none before it is confirmed', async () => {
      await journal.quarantine(place, 'a', entries);
      await journal.confirmSlice(place, 'a', [{ rule: 0, reason: 'test account', count: 7 }]);
      const [first, second] = entries as [QuarantineEntry, QuarantineEntry];
      await journal.quarantine(place, 'b', [second]);
      expect(await all(journal)).toHaveLength(3);
      await journal.quarantine({ ...place, slice: 8 }, 'other slice', [{ ...first, key: recordKey(['77']) }]);
      await journal.confirmSlice(place, 'b', [{ rule: 1, reason: 'too old', count: 2 }]);
      const found = await all(journal);
      expect(found.map(({ slice, code }) => [slice, code])).toEqual([
        [4, second.code],
        [8, first.code],
      ]);
      expect(await journal.purged('run-1')).toEqual([{ ...place, rule: 1, reason: 'too old', count: 2 }]);
    });

    test('entries are filtered and settled once', async () => {
      await journal.quarantine(place, 'a', entries);
      const [first, second] = (await all(journal)) as [EntrySummary, EntrySummary];
      await journal.settleEntries([first.id], 'replayed', 'replay-1');
      await journal.settleEntries([first.id, second.id], 'superseded', 'replay-2');
      expect((await journal.entry(first.id))?.state).toBe('replayed');
      expect((await journal.entry(second.id))?.settledBy).toBe('replay-2');
      expect(await all(journal, { state: 'open' })).toHaveLength(1);
      expect(await all(journal, { code: first.code })).toHaveLength(1);
      expect(await all(journal, { run: 'run-9' })).toHaveLength(0);
    });

    test('records with an open entry of a step are known by key or by place', async () => {
      await journal.quarantine(place, 'a', entries);
      const [key, other] = [recordKey(['secret-key-17']), recordKey(['18'])];
      const asked = [key, recordKey(['19']), other, 'contacts.csv line 14502', 'contacts.csv line 1'];
      const among = async (run: string, origin: string): Promise<readonly string[]> => [
        ...(await journal.openAmong(run, origin, asked)),
      ];
      expect(await among('run-1', '03-copy')).toEqual([key, other, 'contacts.csv line 14502']);
      expect(await among('run-1', '04-copy')).toEqual([]);
      expect(await among('run-2', '03-copy')).toEqual([]);
      const settled = (await all(journal, { code: 'target.unique' })).map(({ id }) => id);
      await journal.settleEntries(settled, 'superseded', 'replay-1');
      expect(await among('run-1', '03-copy')).toEqual([key, 'contacts.csv line 14502']);
      const again = entries.filter(({ code }) => code === 'target.unique');
      await journal.quarantine({ ...place, step: 'replay-1' }, 'a', again);
      expect(await among('run-1', '03-copy')).toEqual([key, other, 'contacts.csv line 14502']);
    });

    test('more entries than a page come out once each', async () => {
      const many = Array.from({ length: 2_500 }, (_nothing, at) => ({
        ...(entries[1] as QuarantineEntry),
        key: recordKey([String(at)]),
      }));
      await journal.quarantine(place, 'a', many);
      const found = await all(journal);
      expect(new Set(found.map(({ keyDigest }) => keyDigest)).size).toBe(2_500);
      expect(found).toHaveLength(2_500);
    });

    test('a replay knows which entries each slice repeats', async () => {
      await journal.saveReplay('run-1', 'replay-1', [['a', 'b'], ['c']]);
      await reopen();
      expect(await journal.replay('run-1', 'replay-1')).toEqual([['a', 'b'], ['c']]);
      expect(await journal.replay('run-1', 'replay-2')).toEqual([]);
    });
  });
}

async function all(
  journal: Journal,
  filter: Parameters<Journal['entries']>[0] = {},
): Promise<EntrySummary[]> {
  const found: EntrySummary[] = [];
  for await (const entry of journal.entries(filter)) found.push(entry);
  return found;
}

const run = { run: 'run-1', runbookId: 'sha256:one', world: 'live' } as const;
const copyStep = { step: '03-copy', kind: 'copy', object: 'contact', origin: '03-copy' } as const;
const place: EntryPlace = { run: 'run-1', step: '03-copy', slice: 4, object: 'contact', origin: '03-copy' };

const slices: readonly Slice[] = [
  { number: 0, after: null, upTo: ['zoë@example.org', new Uint8Array([0, 255])], rowsEstimate: 10 },
  { number: 1, after: ['zoë@example.org', new Uint8Array([0, 255])], upTo: null, rowsEstimate: 3 },
];

export const entries: readonly QuarantineEntry[] = [
  {
    kind: 'bad',
    code: 'files.ragged-row',
    field: null,
    rule: null,
    key: null,
    where: 'contacts.csv line 14502',
    message: 'has 7 fields',
    original: { kind: 'bytes', bytes: new Uint8Array([1, 0, 254]) },
    transformed: null,
  },
  {
    kind: 'rejected',
    code: 'value.out-of-range',
    field: 'age',
    rule: null,
    key: recordKey(['secret-key-17']),
    where: 'contacts id ["secret-key-17"]',
    message: 'secret-message 999',
    original: { kind: 'row', fields: ['id', 'photo'], row: ['secret-key-17', new Uint8Array([7])] },
    transformed: null,
  },
  {
    kind: 'refused',
    code: 'target.unique',
    field: 'email',
    rule: 'contacts_email_key',
    key: recordKey(['18']),
    where: 'contacts id ["18"]',
    message: 'there is one already',
    original: { kind: 'gone' },
    transformed: { fields: ['email', 'tags'], row: ['secret-mail@example.org', ['a', null, ['b']]] },
  },
];
