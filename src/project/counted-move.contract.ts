import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { addPeople, agreedRunbook, ownerKey, passphrase } from '../../tests/docs/agreed-project.ts';
import { isGodwitError, Secret } from '../model/index.ts';
import type { PracticeServer } from '../practice/index.ts';
import { openKey } from './make-key.ts';
import { planRun } from './plan-run.ts';
import { readPlannedRunbook } from './planned-runbook.ts';
import { openProject, type Project } from './project.ts';
import { runMigration } from './run-migration.ts';
import { runName } from './run-name.ts';
import { decidableFindings, signerOf, signFinding, signMapping } from './sign-decisions.ts';
import { stepCalls } from './step-calls.ts';

export interface CountedMove {
  readonly server: PracticeServer;
  /** `systems: target` of godwit.yaml, without braces. */
  readonly target: string;
  /** By name of the file. */
  readonly mapping: Readonly<Record<string, string>>;
  /** Companies; there are twice as many people. */
  readonly companies: number;
  readonly rowsPerSlice: number;
}

/** What a step of the runbook was said to take of the target, and what it made. */
export type StepCalls = readonly [step: string, predicted: number, made: number];

/** Moves companies and people from a SQLite file into a practice system: each step that is predicted, or that made calls. */
export async function countMove(move: CountedMove): Promise<readonly StepCalls[]> {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-counted-'));
  try {
    describe(folder, move);
    addPeople(folder);
    await agree(folder);
    await using project = await open(folder);
    const report = await runMigration(project, 'Ada', {
      onStep: () => undefined,
      onProgress: () => undefined,
    });
    const left = report.steps.filter(({ outcome }) => outcome !== 'done' && outcome !== 'waiting');
    if (left.length > 0) throw new Error(left.map(({ title, reason }) => `${title}: ${reason}`).join('; '));
    const runbook = readPlannedRunbook(project);
    const made = stepCalls(project, runName(runbook));
    return runbook.steps
      .map(({ id, calls }) => [id, calls?.target ?? 0, made.get(id)?.target.made ?? 0] as const)
      .filter(([, said, did]) => said + did > 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function describe(folder: string, { target, mapping, companies, rowsPerSlice }: CountedMove): void {
  using source = new DatabaseSync(join(folder, 'old.sqlite'));
  source.exec(`CREATE TABLE company (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE person (id INTEGER PRIMARY KEY, company_id INTEGER NOT NULL, name TEXT NOT NULL, email TEXT NOT NULL);
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${companies})
      INSERT INTO company SELECT i, 'company ' || i FROM n;
    INSERT INTO person SELECT id, id, 'person ' || id, 'p' || id || '@example.org' FROM company;
    INSERT INTO person SELECT id + ${companies}, id, 'other ' || id, 'o' || id || '@example.org' FROM company`);
  writeFileSync(
    join(folder, 'godwit.yaml'),
    `format: 1
project: counted
systems:
  source: { kind: sqlite, path: old.sqlite }
  target: { ${target} }
run: { rows_per_slice: ${rowsPerSlice} }
`,
  );
  mkdirSync(join(folder, 'mapping'));
  for (const [name, text] of Object.entries(mapping))
    writeFileSync(join(folder, `mapping/${name}.yaml`), text);
}

/** The mapping is signed, the move planned, each finding decided, the runbook approved. */
async function agree(folder: string): Promise<void> {
  await using project = await open(folder);
  await signMapping(project, signerOf(project, openKey(join(folder, 'ada.key'), passphrase)));
  await planRun(project, () => undefined).catch((error: unknown) => {
    if (!isGodwitError(error) || decidableFindings(project).length === 0) throw error;
  });
  const owner = signerOf(project, ownerKey(folder));
  for (const finding of decidableFindings(project))
    await signFinding(project, owner, { finding, reason: 'it is a test', validDays: 1 });
  await planRun(project, () => undefined);
  await agreedRunbook(project);
}

async function open(folder: string): Promise<Project> {
  const secrets: Readonly<Record<string, Secret>> = {
    GODWIT_PASSPHRASE: passphrase,
    ORG: new Secret('practice-secret'),
    HUB: new Secret('pat-practice'),
  };
  const environment = { secret: (name: string) => secrets[name] ?? null, text: () => null };
  return await openProject(folder, { environment });
}
