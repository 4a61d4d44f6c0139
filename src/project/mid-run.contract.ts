import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { addPeople, agreedRunbook, ownerKey, passphrase } from '../../tests/docs/agreed-project.ts';
import type { EntrySummary } from '../engine/index.ts';
import { isGodwitError, Secret } from '../model/index.ts';
import type { PracticeServer } from '../practice/index.ts';
import { openKey } from './make-key.ts';
import { planRun } from './plan-run.ts';
import { openProject, type Project } from './project.ts';
import { listQuarantine, replayQuarantined } from './quarantine.ts';
import { rollbackRun } from './rollback-run.ts';
import { runMigration } from './run-migration.ts';
import type { WorldReport } from './run-world.ts';
import { signContinue } from './sign-continue.ts';
import { decidableFindings, signerOf, signFinding, signMapping } from './sign-decisions.ts';

/** Companies and a person of each; slices are half as large. */
export const companies = 40;
const rowsPerSlice = 20;

export interface MidRunVendor {
  open(state: string, port: number): Promise<PracticeServer>;
  /** `systems: target` of godwit.yaml, without braces. */
  readonly target: (url: string) => string;
  /** By name of the file. */
  readonly mapping: Readonly<Record<string, string>>;
  /** The order by which the admin describes the account anew. */
  readonly order: 'org' | 'account';
}

/** How a run ended: by itself, or with an error. */
export interface RunEnd {
  readonly report: WorldReport | null;
  /** Code and detail of what ended it. */
  readonly error: string | null;
}

/**
 * A project whose agreed move goes from a SQLite file into a practice account, while its admin or somebody else does something to
 * that account. What came of it is asked of the account's own file.
 */
export class MidRun implements AsyncDisposable {
  readonly folder: string;
  readonly #vendor: MidRunVendor;
  #server: PracticeServer;

  private constructor(folder: string, vendor: MidRunVendor, server: PracticeServer) {
    this.folder = folder;
    this.#vendor = vendor;
    this.#server = server;
  }

  /** Planned and approved, with nothing written yet. */
  static async agreed(vendor: MidRunVendor): Promise<MidRun> {
    const folder = mkdtempSync(join(tmpdir(), 'godwit-mid-run-'));
    const server = await vendor.open(stateIn(folder), 0);
    const world = new MidRun(folder, vendor, server);
    world.#describe();
    addPeople(folder);
    await world.agree();
    await world.#while(() => cpSync(folder, keptOf(folder), { recursive: true }));
    return world;
  }

  /** Folder and account as they were when it was agreed. */
  async again(): Promise<void> {
    const { folder } = this;
    // The source is the file it was: another one is another system.
    const filter = (path: string): boolean => !path.endsWith('old.sqlite');
    await this.#while(() => {
      for (const name of readdirSync(folder))
        if (filter(name)) rmSync(join(folder, name), { recursive: true });
      cpSync(keptOf(folder), folder, { recursive: true, filter });
    });
  }

  /** Does something while the account is closed; it has the same address afterwards. */
  async #while(work: () => void): Promise<void> {
    const port = Number(new URL(this.#server.url).port);
    await this.#server[Symbol.asyncDispose]();
    work();
    this.#server = await this.#vendor.open(stateIn(this.folder), port);
  }

  #describe(): void {
    using source = new DatabaseSync(join(this.folder, 'old.sqlite'));
    source.exec(`CREATE TABLE company (id INTEGER PRIMARY KEY, name TEXT NOT NULL, tier TEXT NOT NULL, phone TEXT);
      CREATE TABLE person (id INTEGER PRIMARY KEY, company_id INTEGER NOT NULL, name TEXT NOT NULL, email TEXT NOT NULL, title TEXT NOT NULL);
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${companies})
        INSERT INTO company SELECT i, 'company ' || i, CASE i % 2 WHEN 0 THEN 'gold' ELSE 'bronze' END, '+46 8 ' || (1000 + i) FROM n;
      INSERT INTO person SELECT id, id, 'person ' || id, 'p' || id || '@example.org', 'boss' FROM company`);
    writeFileSync(
      join(this.folder, 'godwit.yaml'),
      `format: 1
project: mid-run
systems:
  source: { kind: sqlite, path: old.sqlite }
  target: { ${this.#vendor.target(this.#server.url)} }
run: { rows_per_slice: ${rowsPerSlice}, slices_at_once: 1 }
stop_rules: { quarantined_per_10000: 1, quarantined_floor: 1 }
`,
    );
    mkdirSync(join(this.folder, 'mapping'));
    for (const [name, text] of Object.entries(this.#vendor.mapping)) this.map(name, text);
  }

  map(name: string, text: string): void {
    writeFileSync(join(this.folder, `mapping/${name}.yaml`), text);
  }

  /** The mapping is signed, the move planned, each finding decided, the runbook approved. */
  async agree(): Promise<void> {
    await using project = await this.project();
    await signMapping(project, signerOf(project, openKey(join(this.folder, 'ada.key'), passphrase)));
    await planRun(project, () => undefined).catch((error: unknown) => {
      if (!isGodwitError(error) || decidableFindings(project).length === 0) throw error;
    });
    const owner = signerOf(project, ownerKey(this.folder));
    for (const finding of decidableFindings(project))
      await signFinding(project, owner, { finding, reason: 'it is a test', validDays: 1 });
    await planRun(project, () => undefined);
    await agreedRunbook(project);
  }

  async project(): Promise<Project> {
    const secrets: Readonly<Record<string, Secret>> = {
      GODWIT_PASSPHRASE: passphrase,
      ORG: new Secret('practice-secret'),
      HUB: new Secret('pat-practice'),
    };
    const environment = { secret: (name: string) => secrets[name] ?? null, text: () => null };
    return await openProject(this.folder, { environment });
  }

  /** @param onDone told of each step that is done, while the run waits */
  async run(onDone: (title: string) => void = () => undefined): Promise<RunEnd> {
    await using project = await this.project();
    try {
      const onStep = ({ title, outcome }: WorldReport['steps'][number]): void => {
        if (outcome === 'done') onDone(title);
      };
      const report = await runMigration(project, 'Ada', { onStep, onProgress: () => undefined });
      return { report, error: null };
    } catch (error) {
      if (!isGodwitError(error)) throw error;
      return { report: null, error: `${error.code} ${error.fate}: ${error.detail}` };
    }
  }

  /** The owner lets go on what a stop rule held. */
  async goOn(): Promise<void> {
    await using project = await this.project();
    await signContinue(project, signerOf(project, ownerKey(this.folder)), 'it was taken back');
  }

  async quarantine(): Promise<readonly EntrySummary[]> {
    await using project = await this.project();
    return (await listQuarantine(project)).filter(({ state }) => state === 'open');
  }

  async takeBack(): Promise<Awaited<ReturnType<typeof rollbackRun>>> {
    await using project = await this.project();
    return await rollbackRun(project, 'Ada');
  }

  async replay(): Promise<void> {
    await using project = await this.project();
    await replayQuarantined(project, 'Ada', []);
  }

  /** The admin describes the account anew. */
  async admin(description: object): Promise<void> {
    await this.order(this.#vendor.order, description);
  }

  async order(name: string, content: object): Promise<void> {
    const answer = await fetch(`${this.#server.url}/__practice/${name}`, {
      method: 'POST',
      body: JSON.stringify(content),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }

  /** Before the how-manieth call with that text in its path something happens. */
  async faults(...faults: readonly object[]): Promise<void> {
    await this.order('faults', { faults });
  }

  /** How often each fault came about. */
  async happened(): Promise<Readonly<Record<string, number>>> {
    const told = (await (await fetch(`${this.#server.url}/__practice/state`)).json()) as {
      readonly faults: readonly { readonly kind: string; readonly times: number }[];
    };
    const sums = new Map<string, number>();
    for (const { kind, times } of told.faults) sums.set(kind, (sums.get(kind) ?? 0) + times);
    return Object.fromEntries(sums);
  }

  /** Somebody changes the account past everything that is tested. */
  change(statement: string): void {
    using file = new DatabaseSync(stateIn(this.folder));
    file.exec(statement);
  }

  /** What the account holds, by its own file. */
  sql(statement: string): readonly string[] {
    using file = new DatabaseSync(stateIn(this.folder));
    return file
      .prepare(statement)
      .all()
      .map((row) => Object.values(row).map(String).join(' '));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
    for (const folder of [this.folder, keptOf(this.folder)]) rmSync(folder, { recursive: true, force: true });
  }
}

const stateIn = (folder: string): string => join(folder, 'account.sqlite');
const keptOf = (folder: string): string => `${folder}-agreed`;
