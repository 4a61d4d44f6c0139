import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  sealFromKey,
  signingKeyFromSeed,
  systemClock,
  systemRandom,
  verifySignature,
} from '../host/index.ts';
import { FileLedger } from './file-ledger.ts';
import { SealedBodies } from './sealed-bodies.ts';
import { verifyLedger } from './verify-ledger.ts';

const seal = sealFromKey(new Uint8Array(32).fill(3));
const runner = signingKeyFromSeed(new Uint8Array(32).fill(1));

test('a body is in the ledger as a digest nobody can guess, and erasing it leaves every check as it was', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-bodies-'));
  const bodies = new SealedBodies(folder, () => seal, systemRandom);
  using ledger = FileLedger.open({ folder, origin: 'godwit/crm', clock: systemClock });
  const body = { text: 'told Zoë Ødegård, 1990' };
  const [digest, again] = [bodies.keep(body), bodies.keep(body)];
  // The same body twice is two digests: each has a salt of its own.
  expect(again).not.toBe(digest);
  ledger.append([
    { type: 'person-noted', actor: 'Ada', bodyDigest: digest },
    { type: 'person-noted', actor: 'Ada', bodyDigest: again },
  ]);
  await ledger.checkpoint(runner);
  const everything = (): string =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile())
      .map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'))
      .join();
  expect(everything()).not.toMatch(/degård|degÃ¥rd|1990/);
  expect(bodies.read(digest)).toEqual(body);
  const verdict = (): ReturnType<typeof verifyLedger> =>
    verifyLedger({ folder, origin: 'godwit/crm', runnerKey: runner.publicKey, verify: verifySignature });
  const before = verdict();
  expect(before).toMatchObject({ intact: true, entries: 2, bodiesErased: 0 });
  expect([bodies.erase(digest), bodies.erase(digest)]).toEqual([true, false]);
  expect(verdict()).toEqual(before);
  expect(bodies.read(digest)).toBeUndefined();
  expect(bodies.read(again)).toEqual(body);
  ledger.append([{ type: 'body-erased', actor: 'Ada', body: { entry: 1, reason: 'asked to' } }]);
  await ledger.flush();
  expect(verdict()).toMatchObject({ intact: true, entries: 3, bodiesErased: 1 });
});

test('a body that was exchanged for another is not read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-bodies-'));
  const bodies = new SealedBodies(folder, () => seal, systemRandom);
  const digest = bodies.keep({ text: 'one' });
  const other = new SealedBodies(folder, () => sealFromKey(new Uint8Array(32).fill(4)), systemRandom);
  expect(() => other.read(digest)).toThrow(expect.objectContaining({ code: 'host.unsealable' }));
});
