import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openKeyFile, systemClock } from '../../src/host/index.ts';
import { FileLedger } from '../../src/ledger/index.ts';
import { Secret } from '../../src/model/index.ts';
import { approvedProject } from './approved-project.ts';
import { AttackedProject, errorCode } from './attacked-project.ts';

/** Ben's team runs the project; Cleo watches from a machine that has nothing of it but the trust root. */
let project: AttackedProject;
const cleo = new AttackedProject();
beforeAll(async () => {
  project = await approvedProject();
  cleo.makeKeys('Cleo');
  const key = cleo.read('cleo.key.pub').trim();
  await project.walk(['run'], ['ledger', 'trust', '--witness', `cleo.example/w1=${key}`]);
  cleo.write('trust.json', project.read('trust.json'));
});
afterAll(() => {
  project[Symbol.dispose]();
  cleo[Symbol.dispose]();
});

const verifier = join(import.meta.dirname, '../../examples/verify-proof/verify-proof.mjs');
const sign = [
  'ledger',
  'witness',
  'checkpoint.offer',
  '--trust',
  'trust.json',
  '--key',
  'cleo.key',
  '--seen',
  'seen',
];

/** One round: offered here, signed there, accepted here. */
async function witnessed(): Promise<void> {
  await project.walk(['ledger', 'offer']);
  cleo.write('checkpoint.offer', project.read('checkpoint.offer'));
  await cleo.walk(sign);
  project.write('cleo.note', cleo.read('checkpoint.note'));
  await project.walk(['ledger', 'accept', 'cleo.note']);
}

const lines = (): readonly string[] => project.read('.godwit/ledger/entries.jsonl').trimEnd().split('\n');

test('a witness signs by exchanging files, again after the ledger grew, and verifying says so', async () => {
  const before = await project.godwit(['ledger', 'verify']);
  expect(before.out).toContain('anything against the owner of the runner key');
  await witnessed();
  await project.walk(['audit']);
  await witnessed();
  const after = await project.godwit(['ledger', 'verify', '--trust', 'trust.json']);
  expect(after.exit).toBe(0);
  expect(after.out).toMatch(/cleo\.example\/w1 signed the first \d+ entries at \d{4}-/);
  expect(after.out).not.toContain('anything against the owner of the runner key');
  expect(cleo.files().filter(({ name }) => name.endsWith('.note') && name.startsWith('seen'))).toHaveLength(
    2,
  );
});

async function forgeLedger(entries: number): Promise<void> {
  const runner = openKeyFile(project.path('.godwit/runner.key'), new Secret('what is kept of records'));
  using ledger = FileLedger.open({
    folder: project.path('.godwit/ledger'),
    origin: 'godwit/attack',
    clock: systemClock,
  });
  for (let at = 0; at < entries; at += 1) {
    ledger.append([{ type: 'slice-committed', actor: 'engine', body: { at } }]);
    await ledger.checkpoint(runner);
  }
}

test('a history written anew with the runner’s own key is refused by the witness, and its entries are named', async () => {
  await witnessed();
  const size = lines().length;
  const kept = mkdtempSync(join(tmpdir(), 'godwit-kept-'));
  cpSync(project.path('.godwit'), kept, { recursive: true });
  try {
    // Whoever owns the folder and the passphrase takes the whole ledger away and writes another.
    rmSync(project.path('.godwit/ledger'), { recursive: true });
    await forgeLedger(size + 1);
    await project.walk(['ledger', 'offer', '--from', String(size)]);
    const own = await project.godwit(['ledger', 'verify']);
    expect([own.exit, own.out]).toEqual([0, expect.stringMatching(/^intact: /)]);
    cleo.write('checkpoint.offer', project.read('checkpoint.offer'));
    const refused = await cleo.godwit(sign);
    expect([errorCode(refused), refused.err]).toEqual([
      'ledger.forked',
      expect.stringContaining(`one of entries 1 to ${size} was changed`),
    ]);
    expect(refused.exit).toBe(4);
    const verdict = await project.godwit([
      'ledger',
      'verify',
      '--witnessed',
      'cleo.note',
      '--trust',
      'trust.json',
    ]);
    expect(verdict.exit).toBe(1);
    expect(verdict.out).toMatch(new RegExp(`entries 1 to ${size} are not the ones the witnessed checkpoint`));
  } finally {
    rmSync(project.path('.godwit'), { recursive: true });
    cpSync(kept, project.path('.godwit'), { recursive: true });
    rmSync(kept, { recursive: true });
  }
});

test('a shortened ledger is refused, and the witness says which entries are missing', async () => {
  await project.walk(['ledger', 'offer', '--from', '0']);
  const older = project.read('checkpoint.offer');
  const size = lines().length;
  await project.walk(['audit']);
  await witnessed();
  cleo.write('checkpoint.offer', older);
  const refused = await cleo.godwit(sign);
  expect(errorCode(refused)).toBe('ledger.shrank');
  expect(refused.err).toContain(`entries ${size + 1} to ${lines().length} are missing`);
});

test('somebody else’s key is no witness, and its note is not accepted', async () => {
  const dora = await cleo.godwit([...sign.slice(0, 6), 'dora.key', ...sign.slice(7)]);
  expect(errorCode(dora)).toBe('host.key-file-missing');
  cleo.makeKeys('Dora');
  await project.walk(['audit']);
  await project.walk(['ledger', 'offer']);
  cleo.write('checkpoint.offer', project.read('checkpoint.offer'));
  const refused = await cleo.godwit([...sign.slice(0, 6), 'dora.key', ...sign.slice(7)]);
  expect(errorCode(refused)).toBe('project.not-a-witness');
  const offer = readFileSync(project.path('checkpoint.offer'), 'utf8');
  project.write('plain.note', offer.slice(offer.indexOf('\n\n') + 2));
  const plain = await project.godwit(['ledger', 'accept', 'plain.note']);
  expect(errorCode(plain)).toBe('ledger.note-unreadable');
});

test('evidence goes to somebody who has the trust root and nothing else, and a changed byte is found', async () => {
  await project.walk(['audit'], ['approve', 'result', '--key', 'ben.key']);
  await witnessed();
  const run = /run_[0-9a-f]+/.exec(project.read('.godwit/ledger/entries.jsonl'))?.[0] ?? '';
  for (const [name, ...chosen] of [['all.gwproof'], ['run.gwproof', '--run', run]]) {
    await project.walk(['ledger', 'bundle', '--out', name!, ...chosen]);
    cleo.write(name!, project.read(name!));
    const told = await cleo.godwit(['ledger', 'verify', name!, '--trust', 'trust.json']);
    expect([told.exit, told.out]).toEqual([0, expect.stringContaining('holds: evidence of attack')]);
    expect(told.out).toMatch(
      /entry \d+: Ada began run_\w+ under exactly the runbook sha256:\w+, which Ben had approved/,
    );
    expect(told.out).toMatch(/entry \d+: the key of Ben signed a result-signature/);
    expect(told.out).toContain('cleo.example/w1 saw these');
    expect(told.out).toContain('that the times are right');
    const other = spawnSync(process.execPath, [verifier, cleo.path(name!), cleo.path('trust.json')], {
      encoding: 'utf8',
    });
    expect([other.status, other.stderr]).toEqual([0, '']);
    cleo.edit(name!, 'audit-ended', 'audit-passed');
    const changed = await cleo.godwit(['ledger', 'verify', name!, '--trust', 'trust.json']);
    expect([changed.exit, changed.out]).toEqual([
      1,
      expect.stringMatching(/DOES NOT HOLD\nproblem \(entry, line \d+\)/),
    ]);
  }
});

test('what no witness has seen is not in a bundle, and what does not fit the trust root is not written', async () => {
  await project.walk(['audit'], ['ledger', 'bundle', '--out', 'later.gwproof']);
  expect(project.answers.at(-1)?.out).toMatch(/not in it: the \d+ newest entr/);
  const trust = project.read('trust.json');
  project.write('other.json', trust.replace('"policies":[', '"policies":["x",'));
  const refused = await project.godwit(['ledger', 'bundle', '--trust', 'other.json']);
  expect(errorCode(refused)).toBe('ledger.trust-unreadable');
  project.write('none.json', trust.replace(/"policies":\[[^\]]*\]/, '"policies":[]'));
  const unsound = await project.godwit(['ledger', 'bundle', '--trust', 'none.json']);
  expect([errorCode(unsound), unsound.err]).toEqual([
    'project.bundle-unsound',
    expect.stringContaining('the trust root does not name the people section'),
  ]);
});
