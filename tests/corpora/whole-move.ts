import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  decidableFindings,
  type Environment,
  type Finding,
  initProject,
  inspectSystems,
  openKey,
  openProject,
  planRun,
  runMigration,
  type Schema,
  Secret,
  signerOf,
  signFinding,
  signMapping,
} from '../../src/index.ts';
import { addPeople, agreedRunbook, ownerKey, passphrase } from '../docs/agreed-project.ts';
import type { MovedSystem } from './moved-system.ts';

export interface WholeMove {
  readonly source: Schema;
  readonly target: Schema;
  readonly findings: readonly Finding[];
  readonly rowsWritten: number;
  readonly rowsQuarantined: number;
}

/** Everything of one system into another that is empty: sketched, checked, signed, planned, approved and run by godwit. */
export async function moveWhole(
  from: MovedSystem,
  to: MovedSystem,
  prepare: (folder: string) => void = () => undefined,
): Promise<WholeMove> {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-whole-move-'));
  const environment = environmentOf(from, to);
  try {
    const { unsketched } = await initProject(
      { folder, source: from.locator, target: to.locator },
      { environment },
    );
    if (unsketched) throw unsketched;
    prepare(folder);
    addPeople(folder);
    await using project = await openProject(folder, { environment });
    const plan = async (): ReturnType<typeof planRun> => planRun(project, () => undefined);
    await signMapping(project, signerOf(project, openKey(join(folder, 'ada.key'), passphrase)));
    await plan().catch(() => undefined);
    const owner = signerOf(project, ownerKey(folder));
    for (const finding of decidableFindings(project))
      await signFinding(project, owner, { finding, reason: 'as agreed', validDays: 1 });
    const { findings } = await plan();
    const { source } = await inspectSystems(project);
    await agreedRunbook(project);
    const run = await runMigration(project, 'Ada', { onStep: () => undefined, onProgress: () => undefined });
    const { target } = await inspectSystems(project);
    const sum = (of: 'rowsWritten' | 'rowsQuarantined'): number =>
      run.steps.reduce((all, step) => all + step[of], 0);
    return {
      source,
      target,
      findings,
      rowsWritten: sum('rowsWritten'),
      rowsQuarantined: sum('rowsQuarantined'),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function environmentOf(from: MovedSystem, to: MovedSystem): Environment {
  const secrets = new Map([['GODWIT_PASSPHRASE', passphrase]]);
  if (from.password !== null) secrets.set('GODWIT_SOURCE_PASSWORD', new Secret(from.password));
  if (to.password !== null) secrets.set('GODWIT_TARGET_PASSWORD', new Secret(to.password));
  return { secret: (name) => secrets.get(name) ?? null, text: () => null };
}
