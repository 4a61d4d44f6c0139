import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { addPeople, agreedRunbook, ownerKey, passphrase } from '../../tests/docs/agreed-project.ts';
import { isGodwitError, Secret } from '../model/index.ts';
import { checkStructure } from './check-map.ts';
import { openKey } from './make-key.ts';
import { planRun } from './plan-run.ts';
import { readPlannedRunbook } from './planned-runbook.ts';
import { openProject, type Project } from './project.ts';
import { runMigration } from './run-migration.ts';
import { runName } from './run-name.ts';
import { decidableFindings, signerOf, signFinding, signMapping } from './sign-decisions.ts';
import { stepCalls } from './step-calls.ts';

interface Counted {
  /** Both of godwit.yaml, without braces. */
  readonly source: string;
  readonly target: string;
  /** By name of the file. */
  readonly mapping: Readonly<Record<string, string>>;
  readonly rowsPerSlice: number;
  /** The side whose calls are told. */
  readonly side: 'source' | 'target';
  /** What stands in the folder before the move, in its SQLite file. */
  readonly file: string;
}

export interface CountedMove {
  /** `systems: target` of godwit.yaml, without braces. */
  readonly target: string;
  /** By name of the file. */
  readonly mapping: Readonly<Record<string, string>>;
  /** Companies; there are twice as many people. */
  readonly companies: number;
  /** Offers with a content each; none unless told. */
  readonly files?: number;
  readonly rowsPerSlice: number;
}

/** What a step of the runbook was said to take of a practice system, and what it made. */
export type StepCalls = readonly [step: string, predicted: number, made: number];

/** What a move out of a practice system is told of. */
export interface CountedReading {
  /** `systems: source` of godwit.yaml, without braces. */
  readonly source: string;
  readonly mapping: Readonly<Record<string, string>>;
  readonly rowsPerSlice: number;
  /** The relations of the SQLite file it goes into. */
  readonly into: string;
}

/** Moves companies and people from a SQLite file into a practice system: each step that is predicted, or that made calls. */
export async function countMove({
  companies,
  files = 0,
  ...move
}: CountedMove): Promise<readonly StepCalls[]> {
  const file = `CREATE TABLE company (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE person (id INTEGER PRIMARY KEY, company_id INTEGER NOT NULL, name TEXT NOT NULL, email TEXT NOT NULL);
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${companies})
      INSERT INTO company SELECT i, 'company ' || i FROM n;
    INSERT INTO person SELECT id, id, 'person ' || id, 'p' || id || '@example.org' FROM company;
    INSERT INTO person SELECT id + ${companies}, id, 'other ' || id, 'o' || id || '@example.org' FROM company;
    ${files === 0 ? '' : offers(files)}`;
  return await count({ ...move, file, side: 'target', source: sqlite });
}

/** The same the other way: out of a practice system into a SQLite file; what the mapping does not name is left behind. */
export async function countReading({ into, ...move }: CountedReading): Promise<readonly StepCalls[]> {
  return await count({ ...move, file: into, side: 'source', target: sqlite });
}

const offers = (
  files: number,
): string => `CREATE TABLE offer (id INTEGER PRIMARY KEY, path TEXT NOT NULL, content BLOB NOT NULL);
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${files})
    INSERT INTO offer SELECT i, 'offer.pdf', randomblob(200 + i) FROM n`;

const sqlite = 'kind: sqlite, path: kept.sqlite';

async function count(move: Counted): Promise<readonly StepCalls[]> {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-counted-'));
  try {
    describe(folder, move);
    addPeople(folder);
    await leaveRest(folder, move.mapping);
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
      .map(({ id, calls }) => [id, calls?.[move.side] ?? 0, made.get(id)?.[move.side].made ?? 0] as const)
      .filter(([, said, did]) => said + did > 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function describe(folder: string, { source, target, mapping, rowsPerSlice, file }: Counted): void {
  using kept = new DatabaseSync(join(folder, 'kept.sqlite'));
  kept.exec(file);
  writeFileSync(
    join(folder, 'godwit.yaml'),
    `format: 1
project: counted
systems:
  source: { ${source} }
  target: { ${target} }
run: { rows_per_slice: ${rowsPerSlice} }
`,
  );
  mkdirSync(join(folder, 'mapping'));
  for (const [name, text] of Object.entries(mapping))
    writeFileSync(join(folder, `mapping/${name}.yaml`), text);
}

/** Fields and relations that no file of the mapping names. */
async function leaveRest(folder: string, mapping: Readonly<Record<string, string>>): Promise<void> {
  await using project = await open(folder);
  const { findings } = await checkStructure(project);
  const listed = (names: readonly (string | undefined)[]): string =>
    names.map((name) => `  ${name ?? ''}: it is a test\n`).join('');
  for (const [name, text] of Object.entries(mapping)) {
    const fields = findings.filter(
      ({ code, where }) => code === 'mapping.unaccounted-field' && where.object === name,
    );
    if (fields.length === 0) continue;
    const left = listed(fields.map(({ where }) => where.field));
    writeFileSync(join(folder, `mapping/${name}.yaml`), `${text}left_behind:\n${left}`);
  }
  const relations = findings.filter(({ code }) => code === 'mapping.unmapped-relation');
  if (relations.length > 0)
    writeFileSync(
      join(folder, 'mapping/left-behind.yaml'),
      `relations:\n${listed(relations.map(({ where }) => where.relation))}`,
    );
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
