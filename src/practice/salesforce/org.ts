import type { Random } from '../../host/index.ts';
import type { PracticeState } from '../practice-state.ts';
import { ObjectCatalog } from './object-catalog.ts';
import type { OrgSettings } from './org-file.ts';
import { makeId } from './record-id.ts';
import { RecordTables } from './record-tables.ts';
import type { ApiCall } from './router.ts';
import { QueryRunner } from './run-query.ts';
import { RecordWriter, type Writing } from './write-records.ts';

const editionNames: Readonly<Record<OrgSettings['edition'], string>> = {
  developer: 'Developer Edition',
  professional: 'Professional Edition',
  enterprise: 'Enterprise Edition',
  unlimited: 'Unlimited Edition',
  performance: 'Performance Edition',
  'full-sandbox': 'Enterprise Edition',
};

export interface OrgBeginning {
  readonly nowMs: number;
  readonly random: Random;
}

/** The org behind the API: its settings, its objects, its records, and who works in it. */
export class Org {
  /** Its own among practice orgs, for as long as its state is kept. */
  readonly id: string;
  readonly state: PracticeState;
  readonly tables: RecordTables;
  readonly writer: RecordWriter;
  readonly queries: QueryRunner;
  #settings: OrgSettings;
  #catalog: ObjectCatalog;

  constructor(state: PracticeState, settings: OrgSettings, { nowMs, random }: OrgBeginning) {
    this.state = state;
    this.id = state.about('org') ?? makeId('00D', Buffer.from(random.bytes(5)).readUIntBE(0, 5));
    state.setAbout('org', this.id);
    this.#settings = settings;
    this.#catalog = new ObjectCatalog(settings.objects);
    this.tables = new RecordTables(state);
    const [catalog, current] = [() => this.#catalog, () => this.#settings];
    this.writer = new RecordWriter({ state, tables: this.tables, catalog, settings: current });
    this.queries = new QueryRunner(state, catalog);
    this.change(settings, nowMs);
  }

  get settings(): OrgSettings {
    return this.#settings;
  }

  get catalog(): ObjectCatalog {
    return this.#catalog;
  }

  /** An admin changes objects, fields, rules or users while it runs; records stay. */
  change(settings: OrgSettings, nowMs: number): void {
    this.#catalog = new ObjectCatalog(settings.objects);
    this.#settings = settings;
    this.state.transaction(() => {
      this.tables.prepare(this.#catalog);
      this.#keepOrganization(nowMs);
      for (const user of this.#users()) this.#keepUser(user, nowMs);
    });
  }

  /** Null for a user who is not there or has left. */
  activeUser(name: string): string | null {
    const row = this.state
      .statement('SELECT "Id", "IsActive" FROM "o_User" WHERE "Username" = ?')
      .first(name);
    return row === undefined || Number(row[1]) === 0 ? null : String(row[0]);
  }

  /** How the records of one call are written; each record that is asked about is the next one. */
  writing({ request, session }: ApiCall): Writing {
    let next = 0;
    const header = request.headers['sforce-duplicate-rule-header'] ?? '';
    return {
      nowMs: request.nowMs,
      userId: this.activeUser(session.userName) ?? '',
      workMs: this.#settings.latency.callMs,
      allowDuplicates: /allowSave\s*=\s*true/i.test(header),
      trouble: () => {
        next += 1;
        return request.rows.of(next - 1);
      },
    };
  }

  #users(): OrgSettings['users'] {
    const { users, clients } = this.#settings;
    const named = new Set(users.map(({ name }) => name));
    const acting = clients.map(({ user }) => user).filter((name) => !named.has(name));
    return [
      ...users,
      ...[...new Set(acting)].map((name) => ({ name, email: 'practice@example.com', active: true })),
    ];
  }

  /** The one record that tells which org this is. */
  #keepOrganization(nowMs: number): void {
    const organization = this.#catalog.object('Organization');
    const { edition } = this.#settings;
    const row = {
      Name: 'Practice',
      OrganizationType: editionNames[edition],
      InstanceName: 'PRACT',
      IsSandbox: edition === 'full-sandbox' ? 1 : 0,
    };
    if (
      this.state.statement('SELECT "Id" FROM "o_Organization" WHERE "Id" = ?').first(this.id) !== undefined
    ) {
      this.tables.update(organization, this.id, row);
      return;
    }
    const now = new Date(nowMs).toISOString();
    this.tables.insert(organization, {
      ...row,
      Id: this.id,
      IsDeleted: 0,
      CreatedDate: now,
      LastModifiedDate: now,
      SystemModstamp: now,
    });
  }

  #keepUser({ name, email, active }: OrgSettings['users'][number], nowMs: number): void {
    const user = this.#catalog.object('User');
    const known = this.state.statement('SELECT "Id" FROM "o_User" WHERE "Username" = ?').first(name);
    const now = new Date(nowMs).toISOString();
    const last = name.split('@')[0] ?? name;
    const row = {
      Username: name,
      LastName: last,
      Name: last,
      Email: email,
      IsActive: active ? 1 : 0,
      LastModifiedDate: now,
      SystemModstamp: now,
    };
    if (known !== undefined) this.tables.update(user, String(known[0]), row);
    else
      this.tables.insert(user, {
        ...row,
        Id: this.tables.nextId(user.prefix),
        CreatedDate: now,
        IsDeleted: 0,
      });
  }
}
