import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenSystem } from '../connectors/index.ts';
import { type Seal, SqliteFile, sealFromKey, silentLog, systemClock, systemRandom } from '../host/index.ts';
import type { RunbookStep } from '../model/index.ts';
import { Warrant } from '../model/index.ts';
import { type CrmRelations, type CrmRules, crmPlans } from './crm-plans.contract.ts';
import { openCrmSystem, relationsOf } from './crm-systems.contract.ts';
import {
  type EngineEvent,
  type Journal,
  lockProject,
  type ObjectNumbers,
  type ObjectPlan,
  openSession,
  openSqliteJournal,
  type Progress,
  type ProjectLock,
  reconcile,
  type Session,
  type SessionOptions,
} from './index.ts';

/** A small CRM that moves from one SQLite file to another: the tests of the engine live in it. */

// Write-ahead logging, so that somebody can change the source while it is being read.
const sourceTables = `
PRAGMA journal_mode = WAL;
CREATE TABLE companies (id INTEGER PRIMARY KEY, title TEXT NOT NULL, kind TEXT NOT NULL);
CREATE TABLE people (id INTEGER PRIMARY KEY, company_id INTEGER, email TEXT, name TEXT, age TEXT, manager_id INTEGER);
`;

const targetTables = `
CREATE TABLE firms (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL);
CREATE TABLE persons (
  id INTEGER PRIMARY KEY, firm_id INTEGER NOT NULL REFERENCES firms (id), email TEXT NOT NULL UNIQUE, name TEXT,
  age INTEGER CHECK (age >= 0), manager_id INTEGER REFERENCES persons (id)
);
CREATE TABLE nicknames (person_id INTEGER NOT NULL, place INTEGER NOT NULL, name TEXT NOT NULL CHECK (name <> 'rude'),
  PRIMARY KEY (person_id, place));
`;

export const runbookId = 'sha256:crm';

const step = (id: string, action: RunbookStep['action']): RunbookStep => ({
  id,
  title: id,
  action,
  shows: [],
  check: 'counts',
  stopPoint: null,
  rollback: null,
  irreversible: false,
  approver: 'anyone',
  rehearsedMs: null,
});

export const checkStep: RunbookStep = step('01-check', { kind: 'check-target', objects: ['firm', 'person'] });
export const copyFirms: RunbookStep = step('02-copy-firm', { kind: 'copy', object: 'firm', deferred: [] });
export const copyPeople: RunbookStep = step('03-copy-person', {
  kind: 'copy',
  object: 'person',
  deferred: ['manager_id'],
});
export const linkPeople: RunbookStep = step('04-link-person', {
  kind: 'link',
  object: 'person',
  fields: ['manager_id'],
});
export const copyNicknames: RunbookStep = step('05-copy-nickname', {
  kind: 'copy',
  object: 'nickname',
  deferred: [],
});
export const crmSteps: readonly RunbookStep[] = [checkStep, copyFirms, copyPeople, linkPeople, copyNicknames];

export class CrmWorld implements AsyncDisposable {
  readonly folder: string;
  readonly seal: Seal = sealFromKey(new Uint8Array(32).fill(9));
  readonly events: EngineEvent[] = [];
  readonly progress: Progress[] = [];
  relations!: CrmRelations;
  rules: CrmRules = { ageOfText: true };

  readonly #lock: ProjectLock;

  private constructor(folder: string) {
    this.folder = folder;
    this.#lock = lockProject({ path: join(folder, 'lock.sqlite'), purpose: 'a test', clock: systemClock });
  }

  static async make(people: number): Promise<CrmWorld> {
    const world = new CrmWorld(await mkdtemp(join(tmpdir(), 'godwit-crm-')));
    world.sql('source', sourceTables);
    world.sql('target', targetTables);
    seed(world, people);
    {
      await using source = await world.open('source');
      await using target = await world.open('target');
      world.relations = await relationsOf(source, target);
    }
    return world;
  }

  pathOf(role: 'source' | 'target'): string {
    return join(this.folder, `${role}.sqlite`);
  }

  /** Plain SQL on one of the two files, past everything that is tested. */
  sql(role: 'source' | 'target', statements: string): void {
    using file = new SqliteFile(this.pathOf(role));
    file.run(statements);
  }

  rows(role: 'source' | 'target', query: string): (string | null)[][] {
    using file = new SqliteFile(this.pathOf(role));
    return file
      .statement(query)
      .all()
      .map((row) => row.map((value) => (value === null ? null : String(value))));
  }

  /** Everything the move is about, in the target. */
  content(): (string | null)[][] {
    return [
      ...this.rows('target', 'SELECT id, title FROM firms ORDER BY title'),
      ...this.rows(
        'target',
        'SELECT p.id, f.title, email, name, age, manager_id FROM persons p JOIN firms f ON f.id = firm_id ORDER BY p.id',
      ),
      ...this.rows('target', 'SELECT * FROM nicknames ORDER BY 1, 2'),
    ];
  }

  journal(): Journal {
    return openSqliteJournal({
      path: join(this.folder, 'journal.sqlite'),
      seal: this.seal,
      clock: systemClock,
    });
  }

  plans(): ReadonlyMap<string, ObjectPlan> {
    return crmPlans(this.relations, this.rules);
  }

  async open(role: 'source' | 'target'): Promise<OpenSystem> {
    return openCrmSystem(this.pathOf(role), role, this.seal);
  }

  async numbers(journal: Journal): Promise<readonly ObjectNumbers[]> {
    await using target = await this.open('target');
    return await reconcile({ run: 'run-1', journal, target });
  }

  async warrant(
    steps: readonly string[] = crmSteps.map(({ id }) => id),
    expiresAt = '2100-01-01T00:00:00Z',
  ): Promise<Warrant> {
    await using target = await this.open('target');
    return Warrant.issue({
      runbookId,
      world: 'live',
      target: await target.fingerprint(),
      steps,
      expiresAt,
      approvals: [],
    });
  }

  /** A session over both files; the journal is closed with it. */
  async session(options: Partial<SessionOptions> = {}): Promise<Session> {
    const journal = options.journal ?? this.journal();
    const session = await openSession({
      run: 'run-1',
      runbookId,
      journal,
      systems: { source: async () => this.open('source'), target: async () => this.open('target') },
      lock: this.#lock,
      warrant: options.warrant ?? (await this.warrant()),
      clock: systemClock,
      random: systemRandom,
      log: silentLog,
      signal: new AbortController().signal,
      record: async (event) => void this.events.push(event),
      judge: () => 'go',
      onProgress: (progress) => void this.progress.push(progress),
      mask: (text) => this.seal.blind(text),
      ...options,
      limits: { rowsPerSlice: 10, batchRowsMax: 4, slicesPerEvent: 3, ...options.limits },
    });
    return {
      ...session,
      [Symbol.asyncDispose]: async () => {
        await session[Symbol.asyncDispose]();
        await journal[Symbol.asyncDispose]();
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#lock[Symbol.dispose]();
    await rm(this.folder, { recursive: true });
  }
}

/**
 * People in companies, with everything that makes records stay behind: each 7th is a test account, each 11th has an age
 * nobody can read, each 13th shares an address, each 17th was born tomorrow, each 19th has no company. Managers come in
 * cycles; nicknames are a list, and one of three nicknames of each 23rd is one the target refuses.
 */
function seed(world: CrmWorld, people: number): void {
  world.sql(
    'source',
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < max(5, ${people} / 10))
     INSERT INTO companies SELECT i * 3, 'company ' || i, 'customer' FROM n;
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${people})
     INSERT INTO people SELECT i * 2,
       CASE WHEN i % 19 = 0 THEN NULL ELSE (i % max(5, ${people} / 10) + 1) * 3 END,
       CASE WHEN i % 7 = 0 THEN 'test' || i || '@example.org' WHEN i % 13 = 0 THEN 'same@example.org'
         ELSE 'p' || i || '@example.org' END,
       'Zoë ' || i,
       CASE WHEN i % 11 = 0 THEN 'unknown' WHEN i % 17 = 0 THEN '-1' ELSE CAST(i % 90 AS TEXT) END,
       CASE WHEN i % 5 = 0 THEN NULL ELSE (i % ${people} + 1) * 2 END FROM n`,
  );
}
