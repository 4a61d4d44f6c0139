import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Claim, NewOffer, Offer, WorkBoard } from './work-board.ts';

export interface BoardWorld {
  /** Another process's way to the same board. */
  open(): Promise<WorkBoard>;
  /** Lets the lease of a worker run out, as if it had said nothing for long enough. */
  silence(worker: string): Promise<void>;
  destroy(): Promise<void>;
}

/** One suite for every work board: the invariants of `work-board.ts`. Leases last for hours unless a test ends one. */
export function workBoardContract(name: string, make: () => Promise<BoardWorld>): void {
  describe(`work board contract: ${name}`, () => {
    let world: BoardWorld;
    let board: WorkBoard;
    let lead: string;

    beforeEach(async () => {
      world = await make();
      board = await world.open();
      for (const worker of ['one', 'two', 'three']) await board.join(seat(worker));
      lead = await leads('one');
    });
    afterEach(async () => world.destroy());

    async function leads(worker: string): Promise<string> {
      const leading = await board.lead(worker, 'godwit run');
      if (!leading.leads) throw new Error(`${leading.by.worker} leads`);
      return leading.token;
    }
    async function takeAll(worker: string, from: Offer = offered): Promise<Claim[]> {
      const claims: Claim[] = [];
      for (;;) {
        const claim = await board.claim(worker, from);
        if (claim === null) return claims;
        claims.push(claim);
      }
    }
    const numbers = (claims: readonly Claim[]): readonly number[] =>
      claims.map(({ slice }) => slice).sort((a, b) => a - b);

    test('one leads, and whoever else wants to is told who', async () => {
      expect(await board.lead('two', 'godwit run')).toMatchObject({
        leads: false,
        by: { worker: 'one', host: 'machine of one', pid: 17, purpose: 'godwit run' },
      });
      expect(await board.beat('one')).toMatchObject({ lead });
      expect(await board.beat('two')).toMatchObject({ lead: null });
      await board.leave('one');
      expect(Number(await leads('two'))).toBeGreaterThan(Number(lead));
    });

    test('the lead of one that has gone silent is taken over, and the silent one is refused from then on', async () => {
      await board.offer(lead, offer);
      await world.silence('one');
      const second = await leads('two');
      expect(await board.beat('one')).toMatchObject({ lead: null });
      const leadsStill: readonly (() => Promise<unknown>)[] = [
        async () => board.offer(lead, offer),
        async () => board.close(lead, 'run-1', '03-copy'),
        async () => board.nextToken(lead),
      ];
      for (const refused of leadsStill)
        await expect(refused()).rejects.toMatchObject({ code: 'engine.lead-lost' });
      // What the first one offered is offered by nobody now.
      expect(await board.offers()).toEqual([]);
      expect(await board.claim('three', offered)).toBeNull();
      await board.offer(second, offer);
      expect(await board.offers()).toEqual([offered]);
    });

    test('of many who want the lead of a silent one at the same time one gets it', async () => {
      await world.silence('one');
      const boards = await Promise.all([world.open(), world.open()]);
      const tried = await Promise.all(
        ['two', 'three'].flatMap((worker) => boards.map(async (own) => own.lead(worker, 'godwit run'))),
      );
      const holders = new Set(tried.map((one) => (one.leads ? 'leads' : one.by.worker)));
      expect(tried.filter((one) => one.leads).length).toBeGreaterThan(0);
      const leading = (await board.workers()).filter((one) => one.leads);
      expect(leading).toHaveLength(1);
      expect([...holders].filter((one) => one !== 'leads')).toEqual([leading[0]?.worker]);
    });

    test('each slice is held by one, whoever asks at the same time', async () => {
      const slices = Array.from({ length: 60 }, (_none, slice) => slice);
      await board.offer(lead, { ...offer, slices });
      const boards = await Promise.all(Array.from({ length: 4 }, async () => world.open()));
      const taken = await Promise.all(
        boards.map(async (own, at) => {
          const claims: Claim[] = [];
          for (;;) {
            const claim = await own.claim(['one', 'two', 'three'][at % 3] ?? '', offered);
            if (claim === null) return claims;
            claims.push(claim);
          }
        }),
      );
      expect(numbers(taken.flat())).toEqual(slices);
      expect(new Set(taken.flat().map(({ token }) => token)).size).toBe(60);
      expect(taken.flat().every(({ again }) => !again)).toBe(true);
    });

    test('what a silent worker holds goes to another with a higher token, and the silent one has lost it', async () => {
      await board.offer(lead, { ...offer, slices: [0] });
      const [first] = await takeAll('two');
      expect(await board.claim('three', offered)).toBeNull();
      await world.silence('two');
      const second = await board.claim('three', offered);
      expect(second).toMatchObject({ slice: 0, again: true });
      expect(Number(second?.token)).toBeGreaterThan(Number(first?.token));
      expect(await board.beat('two')).toEqual({ lead: null, held: [] });
      expect(await board.settle(first as Claim, { kind: 'done', counts })).toBe(false);
      expect(await board.settle(first as Claim, { kind: 'given-back' })).toBe(false);
      expect(await board.settle(second as Claim, { kind: 'done', counts })).toBe(true);
      expect(await board.tally('run-1', '03-copy')).toEqual({ ...nothing, done: 1, counts });
    });

    test('a silent one that nobody took anything from goes on as if nothing had been', async () => {
      await board.offer(lead, { ...offer, slices: [0] });
      const [claim] = await takeAll('two');
      await world.silence('two');
      expect(await board.tally('run-1', '03-copy')).toMatchObject({ held: 0, abandoned: 1 });
      expect(await board.claim('two', offered)).toBeNull();
      expect(await board.beat('two')).toEqual({ lead: null, held: [claim?.token] });
      expect(await board.settle(claim as Claim, { kind: 'done', counts })).toBe(true);
    });

    test('one that leaves gives its slices back, and comes back under another name', async () => {
      await board.offer(lead, { ...offer, slices: [0] });
      await takeAll('two');
      await board.leave('two');
      expect(await board.beat('two')).toBeNull();
      expect(await board.claim('three', offered)).toMatchObject({ slice: 0, again: true });
      expect((await board.workers()).map(({ worker, state }) => [worker, state])).toContainEqual([
        'two',
        'gone',
      ]);
    });

    test('nothing is taken while the one who leads is silent, from a closed offer, or of one never made', async () => {
      expect(await board.claim('two', offered)).toBeNull();
      await board.offer(lead, offer);
      await world.silence('one');
      expect(await board.claim('two', offered)).toBeNull();
      await board.beat('one');
      expect(await board.claim('two', offered)).toMatchObject({ slice: 0 });
      await board.close(lead, 'run-1', '03-copy');
      expect(await board.claim('two', offered)).toBeNull();
      expect(await board.offers()).toEqual([]);
      expect(await board.tally('run-1', '03-copy')).toMatchObject({ open: 2, held: 1 });
    });

    test('a slice that failed goes to the one who leads alone; one given back to anybody', async () => {
      await board.offer(lead, { ...offer, slices: [0, 1] });
      const [first, second] = await takeAll('two');
      await board.settle(first as Claim, { kind: 'failed', code: 'target.full' });
      await board.settle(second as Claim, { kind: 'given-back' });
      expect(await board.tally('run-1', '03-copy')).toMatchObject({ open: 1, failed: 1, held: 0 });
      expect(numbers(await takeAll('three'))).toEqual([1]);
      expect(numbers(await takeAll('one'))).toEqual([0]);
    });

    test('never more are held together than the offer says, whoever asks at the same time', async () => {
      const limited = { ...offered, atOnceMax: 2 };
      await board.offer(lead, { ...offer, atOnceMax: 2 });
      const boards = await Promise.all(Array.from({ length: 4 }, async () => world.open()));
      const taken = await Promise.all(boards.map(async (own) => own.claim('two', limited)));
      expect(taken.filter((claim) => claim !== null)).toHaveLength(2);
      expect(await board.claim('three', limited)).toBeNull();
      // What is taken over needs no place more.
      await world.silence('two');
      const again = [await board.claim('three', limited), await board.claim('three', limited)];
      expect(again).toMatchObject([{ again: true }, { again: true }]);
      expect(await board.claim('three', limited)).toBeNull();
      await board.settle(again[0] as Claim, { kind: 'done', counts });
      expect(await board.claim('three', limited)).toMatchObject({ slice: 2, again: false });
    });

    test('an offer made again leaves what is held where it is, and opens what was done', async () => {
      await board.offer(lead, offer);
      const [first, second] = [await board.claim('two', offered), await board.claim('two', offered)];
      await board.settle(first as Claim, { kind: 'done', counts });
      await board.offer(lead, offer);
      expect(await board.tally('run-1', '03-copy')).toMatchObject({ open: 2, held: 1, done: 0 });
      expect(await board.settle(second as Claim, { kind: 'done', counts })).toBe(true);
      await board.offer(lead, { ...offer, view: 'another view', slices: null });
      expect(await board.offers()).toEqual([{ ...offered, view: 'another view' }]);
      expect(await board.tally('run-1', '03-copy')).toMatchObject({ open: 2, done: 1 });
      await board.offer(lead, { ...offer, slices: [2] });
      expect(await board.tally('run-1', '03-copy')).toMatchObject({ open: 1, done: 0 });
    });

    test('tokens only rise', async () => {
      await board.offer(lead, offer);
      const tokens = [
        lead,
        await board.nextToken(lead),
        (await board.claim('two', offered))?.token,
        (await board.claim('three', offered))?.token,
        await board.nextToken(lead),
      ].map(Number);
      expect(tokens).toEqual([...tokens].sort((a, b) => a - b));
      expect(new Set(tokens).size).toBe(tokens.length);
    });

    test('a worker of an older version than one that led is refused, and cannot lead either', async () => {
      await expect(board.join({ ...seat('old'), version: '1.9.9' })).rejects.toMatchObject({
        code: 'engine.worker-outdated',
        fate: 'never',
      });
      await board.join({ ...seat('new'), version: '3.0.0' });
      await board.leave('one');
      await leads('new');
      await board.leave('new');
      await expect(board.lead('two', 'godwit run')).rejects.toMatchObject({ code: 'engine.worker-outdated' });
    });

    test('who is there is seen, with what they hold and have done', async () => {
      await board.offer(lead, offer);
      const first = await board.claim('two', offered);
      await board.settle(first as Claim, { kind: 'done', counts });
      await board.claim('two', offered);
      await world.silence('three');
      const seen = await board.workers();
      expect(
        seen.map(({ worker, state, leads: one, slicesDone, holds }) => [
          worker,
          state,
          one,
          slicesDone,
          holds,
        ]),
      ).toEqual([
        ['one', 'here', true, 0, []],
        ['two', 'here', false, 1, ['03-copy 1']],
        ['three', 'silent', false, 0, []],
      ]);
      expect(seen[0]?.joinedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    });
  });
}

const seat = (worker: string) => ({
  worker,
  host: `machine of ${worker}`,
  pid: 17,
  version: '2.0.0',
  purpose: 'godwit worker',
});

const offered: Offer = {
  run: 'run-1',
  step: '03-copy',
  runbookId: 'sha256:one',
  version: '2.0.0',
  view: null,
  position: 'p',
  atOnceMax: null,
};
const offer: NewOffer = { ...offered, slices: [0, 1, 2] };
const counts = { rowsRead: 10, rowsWritten: 8, rowsQuarantined: 1, rowsPurged: 1 };
const nothing = { open: 0, held: 0, abandoned: 0, failed: 0, done: 0 };
