import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TrustRoot } from '../../src/ledger/index.ts';
import { type EvidenceOptions, EvidenceWorld } from './evidence-world.ts';
import { type ForgedEntry, forgedBundle, seenTooLate, signedWithOtherHash } from './forged-bundle.ts';
import { type Said, sayBoth, type Verifier } from './two-verifiers.ts';

/**
 * The agreement of the two verifiers has teeth: with any of the other one's checks taken away, it says something else than godwit
 * of one of these bundles.
 */
const original = join(import.meta.dirname, '../../examples/verify-proof');
const removals = mkdtempSync(join(tmpdir(), 'godwit-removals-'));
const worlds: EvidenceWorld[] = [];

interface Shown {
  readonly bundle: string;
  readonly trust: TrustRoot;
  readonly godwit: Said;
}
const shown: Shown[] = [];

const show = (bundle: string, trust: TrustRoot): void => {
  const [godwit, other] = sayBoth(bundle, trust);
  expect(other).toEqual(godwit);
  shown.push({ bundle, trust, godwit });
};

const glass = { by: 'Ben' } as const;
const lossRule = [{ risk: 'losing', role: 'owner', people: 1 }] as const;
const told: readonly EvidenceOptions[] = [
  {},
  { approvals: [{ by: 'Ben' }, { by: 'Cleo' }], people: 2, benSigns: 'ssh', evidence: true, witnesses: 2 },
  { approvals: [{ by: 'Ben', role: 'owner' }], forRisk: lossRule },
  { approvals: [{ by: 'Cleo' }], forRisk: lossRule },
  { approvals: [] },
  { approvals: [{ by: 'Ada' }] },
  { people: 2 },
  { people: 2, approvals: [{ by: 'Ben' }, { by: 'Ben' }] },
  { approvals: [{ by: 'Ben', role: 'owner' }] },
  { approvals: [{ by: 'Ben', expiresAt: '2026-11-01T08:00:50.000Z' }] },
  { approvals: [{ by: 'Ben', withdrawn: true }] },
  { approvals: [{ by: 'Cleo', decision: 'reject', withdrawn: true }, { by: 'Ben' }] },
  { approvals: [{ by: 'Ben', decision: 'reject' }, { by: 'Ben' }] },
  { approvals: [{ by: 'Ben' }, { by: 'Cleo', decision: 'reject' }] },
  { approvals: [{ by: 'Ben' }, { by: 'Cleo', decision: 'reject', hidden: true }] },
  { late: true },
  { bensTime: { notBefore: null, notAfter: '2026-11-01T08:00:50.000Z' } },
  { bensTime: { notBefore: '2026-11-01T09:00:00.000Z', notAfter: null } },
  { leastPeople: 2 },
  { mappingShown: false },
  { approvals: [{ by: 'Ben', named: 'Cleo' }] },
  { runbook: { mappingSignature: 5 } },
  { runbook: { approvals: { role: 'approver', people: '1' } } },
  { approvals: [], glass: { ...glass, reviewedBy: ['Ada', 'Ben', 'Cleo'] } },
  { approvals: [], glass: { ...glass, late: true } },
  { approvals: [], glass: { ...glass, withdrawn: true } },
  { approvals: [], glass: { ...glass, ruled: false } },
  { approvals: [], glass: { by: 'Cleo' } },
  { approvals: [], glass: { ...glass, time: '2026-10-31T08:00:00.000Z' } },
  { approvals: [], glass: { ...glass, expiresAt: '2026-11-01T08:00:50.000Z' } },
  {
    steps: [
      ['engine-step-started', '01'],
      ['engine-step-ended', '01'],
      ['engine-step-started', '02'],
    ],
  },
];

/** What a runner who signs everything again may have written. */
const forgeries: readonly ((entries: ForgedEntry[]) => void)[] = [
  (entries) => void (entries[4]!['seq'] = 9),
  (entries) => void (entries[4]!['time'] = '2026-11-01'),
  (entries) => void (entries[4]!['type'] = ''),
  (entries) => void (entries[4]!['more'] = 1),
  (entries) => void (entries[4]!['bodyDigest'] = 'sha256:1'),
  (entries) => void (entries[4]!['body'] = { other: true }),
];

/** What somebody may do to the lines themselves. */
const damages: readonly ((text: string) => string)[] = [
  (text) => text.replace(/"size":(\d+)\}/, '"size":$10}'),
  (text) => text.replace('"project":"crm"', '"project":"erp"'),
  (text) => text.replace('{"format"', '{ "format"'),
  (text) => text.replace(/"size":\d+\}/, '"size":9007199254740992}'),
  (text) => text.replace(/\\n"\}\n/, 'x"}\n'),
  (text) => text.replace('"format":"', '"format":"\\ud800'),
  (text) => text.slice(0, -1),
  (text) => text.replaceAll(/\{"kind":"checkpoint".*\n/g, ''),
  (text) => text.replace(/(\{"kind":"checkpoint".*\n)(\{"kind":"checkpoint".*\n)/, '$2$1'),
  (text) => text.replace(/(\{"kind":"policy".*\n)(\{"kind":"runbook".*\n)/, '$2$1'),
  (text) => text.replace(/\{"kind":"policy".*\n/, ''),
  (text) => text.replace(/\{"kind":"runbook".*\n/, ''),
  (text) => text.replace(/"payload":"(.{40})./, '"payload":"$1A'),
  (text) => text.replace(/"sig":"(.{40})./, '"sig":"$1A'),
  (text) => text.replace('"scheme":"ssh-sha512"', '"scheme":"ssh-sha256"'),
  (text) => text.replace(/— godwit\/crm (.{40})./, '— godwit/crm $1A'),
  (text) => text.replace(/— w1\.example (.{40})./, '— w1.example $1A'),
  (text) => text.replace(/(— godwit\/crm \S+\\n)/, '$1— x.example AAAA\\n'),
  (text) => text.replace(/(— godwit\/crm \S+\\n)/, '$1— x.example AAAAAAB=\\n'),
  (text) => text.replace(/\{"hashes":\["(.{10})./, '{"hashes":["$1A'),
  (text) => text.replace(/\{"hashes":\["[^"]{44}"/, `{"hashes":["${Buffer.alloc(31).toString('base64')}"`),
  (text) => text.replace(/\{"hashes":\[[^\]]*\]/, '{"hashes":[]'),
  (text) => text.replace(/\{"hashes":\[(".{44}")/, '{"hashes":[$1,$1'),
  (text) => text.replace(/\n[^\n]*\n$/, '\n'),
  (text) => text + text.slice(text.lastIndexOf('{"actor"')),
];

beforeAll(async () => {
  for (const options of told) {
    const world = await EvidenceWorld.make(options);
    worlds.push(world);
    show(world.bundle(), world.trust());
  }
  const [good, both] = worlds;
  if (!good || !both) throw new RangeError('there are no worlds');
  const some = good.bundle(({ type }) => type !== 'slice-committed');
  for (const text of [good.bundle(), some, both.bundle()])
    for (const damage of damages) show(damage(text), (text === both.bundle() ? both : good).trust());
  const alone = good.trust({ witnesses: [], witnessesNeeded: 0 });
  for (const forge of forgeries) show(forgedBundle(good.bundle(), forge), alone);
  show(
    forgedBundle(
      good.bundle(),
      (entries) => void (entries[4]!['prev'] = `sha256:${'0'.repeat(64)}`),
      'as-forged',
    ),
    alone,
  );
  show(
    good.bundle(({ type }) => type !== 'decision-recorded'),
    good.trust(),
  );
  show(
    good.bundle(({ type }) => type !== 'runbook-planned'),
    good.trust(),
  );
  const second = good.bundle(({ seq }) => seq !== 1);
  for (const damage of damages) show(damage(second), good.trust());
  show(seenTooLate(good.bundle()), good.trust());
  show(signedWithOtherHash(good.bundle()), good.trust());
  show(good.bundle(), good.trust({ policies: [] }));
  show(good.bundle(), good.trust({ witnessesNeeded: 2 }));
  show(good.bundle(), good.trust({ origin: 'godwit/other' }));
  show(
    good.bundle(),
    good.trust({ runnerKey: good.trust().witnesses[0]!.publicKey, witnesses: [], witnessesNeeded: 0 }),
  );
}, 300_000);

afterAll(() => {
  for (const { folder } of worlds) rmSync(folder, { recursive: true });
  rmSync(removals, { recursive: true });
});

/** Each `need`, in each of the two files with rules. */
function* withoutOneCheck(): Generator<{
  readonly file: string;
  readonly check: string;
  readonly text: string;
}> {
  for (const file of ['verify-proof.mjs', 'standards.mjs']) {
    const text = readFileSync(join(original, file), 'utf8');
    for (const { index, 0: check } of text.matchAll(/\bneed\((?=.*\);).*/g))
      yield { file, check, text: `${text.slice(0, index)}void (${text.slice(index + 'need('.length)}` };
  }
}

test('each check of the other verifier is missed when it is taken away', async () => {
  const unmissed: string[] = [];
  let at = 0;
  for (const { file, check, text } of withoutOneCheck()) {
    const folder = join(removals, String((at += 1)));
    cpSync(original, folder, { recursive: true });
    writeFileSync(join(folder, file), text);
    const { verifyProof } = (await import(join(folder, 'verify-proof.mjs'))) as { verifyProof: Verifier };
    if (shown.every((one) => saysTheSame(verifyProof, one))) unmissed.push(check);
  }
  expect(at).toBeGreaterThan(30);
  expect(unmissed).toEqual([]);
});

function saysTheSame(verifyProof: Verifier, { bundle, trust, godwit }: Shown): boolean {
  return isDeepStrictEqual(verifyProof(Buffer.from(bundle), trust), godwit);
}
