import { readFileSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { SeededChoice } from './seeded-choice.ts';

/**
 * Ten years of a small company's CRM, as they really look: made from a seed, about 50,000 records, with everything in it that
 * breaks a copy script. What was planted is counted and returned, so that what godwit reports can be compared with the truth.
 */
export interface PlantedTrouble {
  readonly records: number;
  readonly orphanContacts: number;
  readonly overlongRemarks: number;
  readonly blankNames: number;
  readonly strayStatuses: number;
  readonly impossibleDates: number;
  readonly duplicateContacts: number;
}

const size = {
  accounts: 3_000,
  contacts: 9_000,
  deals: 5_000,
  activities: 24_000,
  notes: 8_000,
  attachments: 400,
} as const;

const words = {
  firstNames: [
    'James',
    'Mary',
    'Zoë',
    'Robert',
    'Linda',
    'José',
    'Wei',
    'Fatima',
    'Olga',
    'Björn',
    'Anna',
    'Ravi',
    'Yuki',
    'Léa',
    'Ahmed',
    'Nina',
    'Irène',
    'Lucía',
    'Jiří',
    'Emma',
  ],
  lastNames: [
    'Smith',
    'Müller',
    'García',
    'Nguyen',
    "O'Connor",
    'Kowalski',
    'Rossi',
    'Jensen',
    'Ivanova',
    'Tanaka',
    'Dubois',
    'Silva',
    'Haddad',
    'Novák',
    'van der Berg',
    'Kim',
    'Patel',
    'Brown',
    'Łukasz',
    'Young',
  ],
  companies: [
    'Nordic',
    'Blue River',
    'United',
    'Grüne Energie',
    'Société Prime',
    'Delta',
    'Iron Cedar',
    'Atlas',
    'Vertex',
    "O'Brien & Sons",
    'Kyōto Trading',
    'Harbor',
    'Zenith',
    'Łódź Textil',
    'Maple',
    'Cobalt',
  ],
  forms: ['Ltd', 'GmbH', 'Inc.', 'S.A.', 'LLC', 'Oy', 'Kft.', 'BV'],
  topics: ['renewal', 'pilot', 'rollout', 'support plan', 'licence', 'training', 'audit', 'integration'],
  sentences: [
    'Asked about the renewal price.',
    'We agreed to send a revised quote before Friday.',
    'Needs approval from finance first.',
    'Said: "call me after the holidays".',
    'Budget confirmed, über happy.',
    'Moved to a new office — address to follow.',
    'Wants the API rate limit raised.',
    'Prefers e-mail; no calls, please.',
  ],
} as const;

export function generateOldCrm(path: string, seed: number): PlantedTrouble {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = MEMORY; PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF;');
  database.exec(readFileSync(new URL('old-crm-schema.sql', import.meta.url), 'utf8'));
  database.exec('BEGIN');
  const crm = new OldCrm(database, new SeededChoice(seed));
  crm.accounts();
  crm.contacts();
  crm.primaryContacts();
  crm.deals();
  crm.activities();
  crm.notesAndAttachments();
  crm.forgottenTable();
  database.exec('COMMIT');
  database.close();
  return { ...crm.planted };
}

class OldCrm {
  readonly planted = {
    records: 0,
    orphanContacts: 0,
    overlongRemarks: 0,
    blankNames: 0,
    strayStatuses: 0,
    impossibleDates: 0,
    duplicateContacts: 0,
  };
  readonly #database: DatabaseSync;
  readonly #choice: SeededChoice;

  constructor(database: DatabaseSync, choice: SeededChoice) {
    this.#database = database;
    this.#choice = choice;
  }

  accounts(): void {
    const { of, chance } = this.#pick();
    const insert = this.#insert('accounts', 7);
    for (let id = 1; id <= size.accounts; id += 1) {
      const name = `${of(words.companies)} ${of(words.forms)}${chance(0.3) ? `  ${id}` : ` ${id}`}`;
      const revenue = chance(0.2)
        ? null
        : `${this.#choice.below(90_000_000)}.${String(this.#choice.below(100)).padStart(2, '0')}`;
      insert(
        id,
        name,
        chance(0.9) ? `www.company${id}.example` : null,
        this.#status(),
        revenue,
        this.#date(2014),
        null,
      );
    }
  }

  contacts(): void {
    const { of, chance } = this.#pick();
    const insert = this.#insert('contacts', 8);
    for (let id = 1; id <= size.contacts; id += 1) {
      const orphan = chance(0.004);
      if (orphan) this.planted.orphanContacts += 1;
      const account = orphan
        ? size.accounts + 1 + this.#choice.below(500)
        : 1 + this.#choice.below(size.accounts);
      const [first, last] = this.#name();
      const created = this.#date(2015);
      insert(
        id,
        account,
        first,
        last,
        this.#emails(id),
        chance(0.7) ? this.#phone() : null,
        this.#remarks(),
        created,
      );
    }
    this.#duplicates(insert, of, chance);
  }

  /** Every tenth account names its main contact: contacts point at accounts and accounts back at contacts. */
  primaryContacts(): void {
    const update = this.#database.prepare(
      'UPDATE accounts SET primary_contact_id = (SELECT min(id) FROM contacts WHERE account_id = accounts.id) WHERE id % 10 = 0',
    );
    update.run();
  }

  deals(): void {
    const { of, chance } = this.#pick();
    const insert = this.#insert('deals', 8);
    for (let id = 1; id <= size.deals; id += 1) {
      const amount = chance(0.1)
        ? null
        : `${this.#choice.below(900_000)}.${String(this.#choice.below(100)).padStart(2, '0')}`;
      const stage = of(['prospecting', 'Proposal', 'proposal', 'closed_won', 'Closed Won', 'closed_lost']);
      const closed = stage.toLowerCase().startsWith('closed') ? this.#date(2018) : null;
      insert(
        id,
        1 + this.#choice.below(size.accounts),
        chance(0.8) ? this.#safeContact() : null,
        `${of(words.topics)} ${id}`,
        stage,
        amount,
        of(['USD', 'EUR', 'GBP']),
        closed,
      );
    }
  }

  activities(): void {
    const { of, chance } = this.#pick();
    const insert = this.#insert('activities', 7);
    for (let id = 1; id <= size.activities; id += 1) {
      const subject = chance(0.9) ? of(words.sentences) : null;
      insert(
        id,
        this.#safeContact(),
        chance(0.3) ? 1 + this.#choice.below(size.deals) : null,
        of(['call', 'email', 'meeting', 'task']),
        subject,
        this.#moment(),
        chance(0.5) ? this.#choice.below(120) : null,
      );
    }
  }

  notesAndAttachments(): void {
    const { of, chance } = this.#pick();
    const note = this.#insert('notes', 5);
    for (let id = 1; id <= size.notes; id += 1) {
      const extra = chance(0.2)
        ? JSON.stringify({ source: of(['import', 'phone', 'fair']), score: this.#choice.below(100) })
        : null;
      note(id, this.#safeContact(), `${of(words.sentences)} ${of(words.sentences)}`, extra, this.#moment());
    }
    const attachment = this.#insert('attachments', 4);
    for (let id = 1; id <= size.attachments; id += 1) {
      const content = Uint8Array.from({ length: 200 + this.#choice.below(800) }, () =>
        this.#choice.below(256),
      );
      attachment(id, 1 + this.#choice.below(size.notes), `contract ${id}.pdf`, content);
    }
  }

  forgottenTable(): void {
    const insert = this.#insert('tmp_import_2019', 3);
    for (let id = 1; id <= 40; id += 1) insert(`row ${id}`, null, id);
  }

  #duplicates(insert: Insert, of: SeededChoice['of'], chance: SeededChoice['chance']): void {
    for (let id = size.contacts + 1; id <= size.contacts + 60; id += 1) {
      this.planted.duplicateContacts += 1;
      const twin = 1 + this.#choice.below(size.contacts);
      insert(
        id,
        1 + this.#choice.below(size.accounts),
        of(words.firstNames),
        of(words.lastNames),
        `person${twin}@mail.example`,
        chance(0.5) ? this.#phone() : null,
        null,
        this.#date(2016),
      );
    }
  }

  #status(): string {
    if (this.#choice.chance(0.01)) {
      this.planted.strayStatuses += 1;
      return this.#choice.of(['churned?', 'n/a', 'see notes']);
    }
    return this.#choice.of(['active', 'active', 'Active', 'trial', 'suspended', 'active ']);
  }

  #name(): readonly [string, string] {
    const { of, chance } = this.#pick();
    if (chance(0.003)) {
      this.planted.blankNames += 1;
      return ['  ', ''];
    }
    if (chance(0.02)) return [`${of(words.companies)} ${of(words.forms)}`, ''];
    const title = chance(0.08) ? of(['Dr. ', 'Prof. ', 'Mr ']) : '';
    const spaces = chance(0.1) ? '  ' : '';
    return [`${title}${spaces}${of(words.firstNames)}${spaces}`, `${of(words.lastNames)}${spaces}`];
  }

  #emails(id: number): string | null {
    if (this.#choice.chance(0.05)) return null;
    const all = [`person${id}@mail.example`, `p${id}@work.example`, `private${id}@home.example`];
    return all.slice(0, 1 + this.#choice.below(3)).join('; ');
  }

  #remarks(): string | null {
    const { of, chance } = this.#pick();
    if (chance(0.6)) return null;
    if (!chance(0.02)) return of(words.sentences);
    this.planted.overlongRemarks += 1;
    return Array.from({ length: 20 }, () => of(words.sentences))
      .join(' ')
      .slice(0, 500);
  }

  /** Two styles in one column, and now and then a day that never was. */
  #date(fromYear: number): string {
    const year = fromYear + this.#choice.below(10);
    const month = String(1 + this.#choice.below(12)).padStart(2, '0');
    if (this.#choice.chance(0.0005)) {
      this.planted.impossibleDates += 1;
      return `${year}-02-30`;
    }
    const day = String(1 + this.#choice.below(28)).padStart(2, '0');
    return this.#choice.chance(0.5) ? `${year}-${month}-${day}` : `${day}.${month}.${year}`;
  }

  #moment(): string {
    const two = (limit: number, least = 0): string =>
      String(least + this.#choice.below(limit)).padStart(2, '0');
    return `${2016 + this.#choice.below(10)}-${two(12, 1)}-${two(28, 1)} ${two(24)}:${two(60)}:${two(60)}`;
  }

  #phone(): string {
    return `+${1 + this.#choice.below(98)} ${String(this.#choice.below(1_000_000_000)).padStart(9, '0')}`;
  }

  #safeContact(): number {
    return 1 + this.#choice.below(size.contacts);
  }

  #pick(): { of: SeededChoice['of']; chance: SeededChoice['chance'] } {
    return { of: (items) => this.#choice.of(items), chance: (share) => this.#choice.chance(share) };
  }

  #insert(table: string, fields: number): Insert {
    const statement = this.#database.prepare(
      `INSERT INTO ${table} VALUES (${Array.from({ length: fields }, () => '?').join(', ')})`,
    );
    return (...values) => {
      this.planted.records += 1;
      statement.run(...values);
    };
  }
}

type Insert = (...values: SQLInputValue[]) => void;
