import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addPeople, passphrase } from '../../tests/docs/agreed-project.ts';
import { keepEvidence } from './evidence-files.ts';
import { initProject } from './init-project.ts';
import { openProject } from './project.ts';
import { verifyOwnLedger } from './verify-own-ledger.ts';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'godwit-evidence-files-'));
  for (const name of ['old', 'new']) writeFileSync(join(folder, `${name}.sqlite`), '');
  await initProject({ folder, source: 'sqlite:old.sqlite', target: 'sqlite:new.sqlite' });
  addPeople(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a ledger says of what evidence only its entry is left: the file is gone, or was changed', async () => {
  await using project = await openProject(folder, {
    environment: { secret: () => passphrase, text: () => null },
  });
  const drill = { kind: 'restore-drill', passed: true, content: { took: 7 } } as const;
  const monitoring = { kind: 'monitoring', passed: true, content: { answer: 'well' } } as const;
  const { file: drilled } = await keepEvidence(project, drill);
  const { file: asked } = await keepEvidence(project, monitoring);
  const told = async (): Promise<readonly string[]> => {
    const { intact, notProven } = await verifyOwnLedger(project);
    expect(intact).toBe(true);
    return notProven.filter((line) => line.includes('evidence/'));
  };
  expect(await told()).toEqual([]);
  rmSync(drilled);
  expect(await told()).toEqual([expect.stringMatching(/as it was signed: restore-drill \(entry 1\)$/)]);
  writeFileSync(asked, readFileSync(asked, 'utf8').replace(/"payload": ?"./, '"payload":"X'));
  expect(await told()).toEqual([
    expect.stringMatching(/as it was signed: restore-drill \(entry 1\), monitoring \(entry 2\)$/),
  ]);
  rmSync(join(folder, 'evidence'), { recursive: true });
  expect(await told()).toEqual([expect.stringContaining('restore-drill (entry 1), monitoring (entry 2)')]);
});
