import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { type Clock, signingKeyFromSeed, verifySignature } from '../host/index.ts';
import { cosignaturesOn } from './cosignature.ts';
import { FileLedger } from './file-ledger.ts';
import { keptCheckpoints, ledgerFolder } from './ledger-folder.ts';
import { offerFrom } from './offer-from.ts';
import { verifyLedger } from './verify-ledger.ts';
import { Witness } from './witness.ts';
import { offerText, readOffer } from './witness-offer.ts';

const origin = 'godwit/test';
const runner = signingKeyFromSeed(new Uint8Array(32).fill(1));
const key = signingKeyFromSeed(new Uint8Array(32).fill(2));
const name = 'ci.example/w1';
const clock: Clock = {
  now: () => '2026-11-20T10:00:00.000Z',
  elapsedMs: () => 0,
  sleep: async () => undefined,
};
const work = mkdtempSync(join(tmpdir(), 'godwit-witness-'));
afterAll(() => rmSync(work, { recursive: true }));

let folder: string;
let witness: Witness;
beforeEach(() => {
  folder = mkdtempSync(join(work, 'ledger-'));
  witness = witnessIn(mkdtempSync(join(work, 'seen-')));
});

function witnessIn(seen: string): Witness {
  return new Witness({
    folder: seen,
    origin,
    runnerKey: runner.publicKey,
    verify: verifySignature,
    name,
    key,
    clock,
  });
}

/** Writes more entries, signs a checkpoint over all. */
async function grow(count: number, what: string, at = folder): Promise<void> {
  using ledger = FileLedger.open({ folder: at, origin, clock });
  ledger.append(Array.from({ length: count }, (_, n) => ({ type: what, actor: 'engine', body: { n } })));
  await ledger.checkpoint(runner);
}

const offer = (from: number, at = folder): string => offerText(offerFrom(at, from));
const refused = (code: string): unknown => expect.objectContaining({ code });

describe('a witness', () => {
  test('signs what goes on from what it saw, again and again', async () => {
    let seen = 0;
    for (const more of [1, 6, 1, 13, 43]) {
      await grow(more, 'slice-written');
      const note = witness.cosign(offer(seen));
      seen += more;
      expect(note.split('\n')[1]).toBe(String(seen));
      expect(
        cosignaturesOn(note, [{ name, publicKey: key.publicKey }], verifySignature).map((one) => one.witness),
      ).toEqual([name]);
      // The same once more is the same checkpoint, and no harm.
      expect(witness.cosign(offer(seen)).split('\n')[2]).toBe(note.split('\n')[2]);
    }
    expect(witness.seen()).toHaveLength(5);
  });

  test('asks for the proof from where it stands', async () => {
    await grow(5, 'slice-written');
    witness.cosign(offer(0));
    await grow(5, 'slice-written');
    expect(() => witness.cosign(offer(0))).toThrow(refused('ledger.saw-other'));
    expect(() => witness.cosign(offer(3))).toThrow('this witness saw 5 entries last');
    expect(() => witness.cosign(offer(5))).not.toThrow();
  });

  test('refuses a ledger that shrank, and says which entries are missing', async () => {
    await grow(5, 'slice-written');
    const short = mkdtempSync(join(work, 'short-'));
    cpSync(folder, short, { recursive: true });
    await grow(7, 'slice-written');
    witness.cosign(offer(0));
    expect(() => witness.cosign(offer(5, short))).toThrow('entries 6 to 12 are missing');
    expect(() => witness.cosign(offer(0, short))).toThrow(refused('ledger.shrank'));
  });

  test.each([
    ['as long', 12],
    ['longer', 20],
  ])(
    'refuses a history written anew with the runner’s key (%s), and keeps the proof',
    async (_name, count) => {
      await grow(12, 'slice-written');
      witness.cosign(offer(0));
      const other = mkdtempSync(join(work, 'other-'));
      await grow(count, 'nothing-happened', other);
      expect(
        verifyLedger({ folder: other, origin, runnerKey: runner.publicKey, verify: verifySignature }).intact,
      ).toBe(true);
      expect(() => witness.cosign(offer(12, other))).toThrow(refused('ledger.forked'));
      const verdict = verifyLedger({
        folder: other,
        origin,
        runnerKey: runner.publicKey,
        verify: verifySignature,
        witnessed: witness.seen(),
      });
      expect(verdict.problems[0]).toMatchObject({ code: 'ledger.history-rewritten', from: 1, to: 12 });
    },
  );

  test('refuses a fork behind its last checkpoint, and who holds the ledger is told the entries', async () => {
    await grow(4, 'slice-written');
    witness.cosign(offer(0));
    const fork = mkdtempSync(join(work, 'fork-'));
    cpSync(folder, fork, { recursive: true });
    await grow(8, 'slice-written');
    witness.cosign(offer(4));
    await grow(9, 'something-else', fork);
    expect(() => witness.cosign(offer(12, fork))).toThrow(refused('ledger.forked'));
    const { problems } = verifyLedger({
      folder: fork,
      origin,
      runnerKey: runner.publicKey,
      verify: verifySignature,
      witnessed: witness.seen(),
    });
    expect(problems[0]).toMatchObject({ code: 'ledger.history-rewritten', from: 5, to: 12 });
  });

  test('remembers when it is started anew, and keeps what it refused', async () => {
    const seen = mkdtempSync(join(work, 'again-'));
    await grow(4, 'slice-written');
    witnessIn(seen).cosign(offer(0));
    await grow(4, 'slice-written');
    expect(() => witnessIn(seen).cosign(offer(0))).toThrow(refused('ledger.saw-other'));
    const [place] = readdirSync(seen);
    const kept = readdirSync(join(seen, place!)).filter((one) => one.endsWith('.offer'));
    expect(kept).toHaveLength(1);
    expect(readFileSync(join(seen, place!, kept[0]!), 'utf8')).toBe(offer(0));
  });

  test('signs nothing of another runner or ledger, and nothing that was changed', async () => {
    await grow(4, 'slice-written');
    const good = offer(0);
    const foreign = mkdtempSync(join(work, 'foreign-'));
    using other = FileLedger.open({ folder: foreign, origin: 'godwit/other', clock });
    other.append([{ type: 'a', actor: 'b', body: {} }]);
    await other.checkpoint(runner);
    for (const wrong of [offer(0, foreign), good.replace('\n4\n', '\n5\n'), good.slice(0, -4)])
      expect(() => witness.cosign(wrong)).toThrow(refused('ledger.note-unreadable'));
    for (const wrong of ['', 'old 00\n\nx', 'new 4\n\nx', `old 0\nabc\n\n${good.slice(7)}`])
      expect(() => witness.cosign(wrong)).toThrow(refused('ledger.offer-unreadable'));
    expect(witness.seen()).toEqual([]);
  });

  test('a changed proof is no proof', async () => {
    await grow(5, 'slice-written');
    witness.cosign(offer(0));
    await grow(6, 'slice-written');
    const { old, proof, note } = readOffer(offer(5));
    const damaged = proof.map((part, at) => (at === 1 ? Uint8Array.from(part, (byte) => byte ^ 1) : part));
    expect(() => witness.cosign(offerText({ old, proof: damaged, note }))).toThrow(refused('ledger.forked'));
    expect(() => witness.cosign(offerText({ old, proof: proof.slice(1), note }))).toThrow(
      refused('ledger.forked'),
    );
    expect(() => witness.cosign(offer(5))).not.toThrow();
  });
});

test('a checkpoint signed again keeps what witnesses put beside it', async () => {
  await grow(5, 'slice-written');
  const cosigned = witness.cosign(offer(0));
  const place = ledgerFolder(folder);
  writeFileSync(join(place.checkpoints, readdirSync(place.checkpoints)[0]!), cosigned);
  using ledger = FileLedger.open({ folder, origin, clock });
  expect(await ledger.checkpoint(runner)).toBe(cosigned);
  expect(keptCheckpoints(place)).toEqual([cosigned]);
});
