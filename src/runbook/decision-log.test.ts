import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { signingKeyFromSeed, systemClock, systemNotary, verifySignature } from '../host/index.ts';
import { envelopeText, FileLedger, parseEnvelope, showLedger, verifyLedger } from '../ledger/index.ts';
import { approved, refusal, warrantRequest } from './crm-move.contract.ts';
import { policyAgreed, readDecisionLog } from './decision-log.ts';
import { issueWarrant, type WarrantRequest } from './issue-warrant.ts';
import { policyDigest } from './policy.ts';
import { parseRunbook, renderRunbook } from './render-runbook.ts';
import { runbookBytes } from './runbook-bytes.ts';

const work = mkdtempSync(join(tmpdir(), 'godwit-decisions-'));
afterAll(() => rmSync(work, { recursive: true }));
const runner = signingKeyFromSeed(new Uint8Array(32).fill(9));

/** The whole way over the disk: envelopes, runbook and ledger are files, and only they are read for the warrant. */
test('a warrant is issued from files alone, and not when an entry was changed', async () => {
  const { desk, runbook } = approved();
  const folder = join(work, 'ledger');
  using ledger = FileLedger.open({ folder, origin: 'godwit/crm', clock: systemClock });
  const base = warrantRequest(runbook, desk);
  const agreed = policyDigest(base.policy, systemNotary.digest);
  ledger.append([policyAgreed('desk', agreed, []), ...desk.events]);
  await ledger.checkpoint(runner);
  writeFileSync(join(work, 'runbook.yaml'), renderRunbook(runbook));
  for (const [at, envelope] of desk.envelopes.entries())
    writeFileSync(join(work, `${at}.json`), envelopeText(envelope));

  const fromDisk = (): WarrantRequest => ({
    ...base,
    runbookBytes: runbookBytes(parseRunbook(readFileSync(join(work, 'runbook.yaml'), 'utf8'))),
    envelopes: desk.envelopes.map((_, at) => parseEnvelope(readFileSync(join(work, `${at}.json`)))),
    log: readDecisionLog(showLedger(folder)),
    ledger: verifyLedger({
      folder,
      origin: 'godwit/crm',
      runnerKey: runner.publicKey,
      verify: verifySignature,
    }),
  });
  expect(fromDisk().log.agreedPolicy).toBe(agreed);
  expect(issueWarrant(fromDisk()).content.approvals).toHaveLength(2);

  const path = join(folder, 'entries.jsonl');
  const entries = readFileSync(path, 'utf8');
  writeFileSync(path, entries.replace('"kind":"approval"', '"kind":"policy"'));
  expect(fromDisk).toThrow(expect.objectContaining({ code: 'ledger.damaged' }));
  writeFileSync(path, entries.replace('"actor":"desk"', '"actor":"disk"'));
  expect(refusal(fromDisk()).code).toBe('runbook.ledger-broken');
  writeFileSync(path, entries.split('\n').slice(0, 3).join('\n').concat('\n'));
  expect(refusal(fromDisk()).detail).toMatch(/ends after entry 3.*covers 4/);
});
