import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type PostgresAccess,
  type PostgresMajor,
  sharedPostgres,
  skipWithoutPostgres,
} from '../../../tests/servers/index.ts';
import type { OwnDatabase } from '../../connectors/index.ts';
import { sealFromKey, systemClock } from '../../host/index.ts';
import { position } from '../../model/index.ts';
import { entries, journalContract } from './journal.contract.ts';
import { databaseAt } from './own-database.contract.ts';
import { openPostgresJournal } from './postgres-journal.ts';

const seal = sealFromKey(new Uint8Array(32).fill(5));
let journals = 0;

for (const major of [15, 18] satisfies PostgresMajor[])
  describe.skipIf(skipWithoutPostgres(major))(`PostgreSQL ${major}`, () => {
    let access: PostgresAccess;
    let name: string;
    beforeAll(async () => {
      access = await sharedPostgres(major);
      name = await access.createDatabase();
    });

    // Several journals in one database: each test has its own.
    journalContract('postgres', async () => {
      const database = databaseAt(access, name);
      journals += 1;
      const project = `project ${journals}`;
      return {
        open: async () => openPostgresJournal({ database, project, seal, clock: systemClock }),
        destroy: async () => database[Symbol.asyncDispose](),
      };
    });
  });

describe.skipIf(skipWithoutPostgres(18))('the journal in PostgreSQL', () => {
  let access: PostgresAccess;
  let name: string;
  let database: OwnDatabase;
  let client: Client;
  beforeAll(async () => {
    access = await sharedPostgres(18);
    name = await access.createDatabase();
    database = databaseAt(access, name);
    const { host, port, user, password } = access;
    client = new Client({ host, port, user, password, database: name });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await database[Symbol.asyncDispose]();
  });
  const open = async (project = 'crm') =>
    openPostgresJournal({ database, project, seal, clock: systemClock });

  test('is made once by many who come at the same time', async () => {
    const others = Array.from({ length: 5 }, () => databaseAt(access, name));
    const opened = await Promise.all(
      others.map(async (one) =>
        openPostgresJournal({ database: one, project: 'many', seal, clock: systemClock }),
      ),
    );
    const run = { run: 'r', runbookId: 'b', world: 'live' } as const;
    await Promise.all(opened.map(async (journal) => journal.beginRun(run)));
    const begun = await Promise.all(
      opened.map(async (journal, at) =>
        journal.beginStep('r', { step: `s${at % 2}`, kind: 'copy', object: 'o', origin: 's' }),
      ),
    );
    expect(begun.filter(({ fresh }) => fresh)).toHaveLength(2);
    expect(await opened[0]?.steps('r')).toHaveLength(2);
    await Promise.all(others.map(async (one) => one[Symbol.asyncDispose]()));
  });

  test('nothing personal is readable in its tables', async () => {
    const journal = await open();
    await journal.beginRun({ run: 'r', runbookId: 'b', world: 'live' });
    await journal.beginStep('r', { step: 's', kind: 'copy', object: 'o', origin: 's' });
    const slices = [
      { number: 0, after: null, upTo: ['secret-bound'], rowsEstimate: 1 },
      { number: 1, after: ['secret-bound'], upTo: null, rowsEstimate: 1 },
    ];
    await journal.savePlan('r', 's', { slices, rowsSource: '2', position: position('p') });
    await journal.quarantine({ run: 'r', step: 's', slice: 0, object: 'o', origin: 's' }, 'a', entries);
    let seen = '';
    for (const table of ['run', 'step', 'slice', 'quarantine', 'purged', 'replay', 'digest']) {
      const { rows } = await client.query(
        `SELECT convert_from(string_agg(t::text::bytea, ''), 'LATIN1') AS text FROM godwit_journal_${table} t`,
      );
      seen += rows[0].text ?? '';
      // Bytes are told as hexadecimal digits.
      seen += Buffer.from((rows[0].text ?? '').replaceAll(/[^0-9a-f]/g, ''), 'hex').toString('latin1');
    }
    expect(seen).toContain('value.out-of-range');
    expect(seen).not.toMatch(/secret/);
  });

  test('projects of one database know nothing of each other', async () => {
    const [one, other] = [await open('one'), await open('other')];
    await one.beginRun({ run: 'same', runbookId: 'b', world: 'live' });
    await other.beginRun({ run: 'same', runbookId: 'another', world: 'live' });
    const place = { run: 'same', step: 's', slice: 0, object: 'o', origin: 's' };
    await one.quarantine(place, 'a', entries);
    const found: string[] = [];
    for await (const { id } of other.entries({})) found.push(id);
    expect(found).toEqual([]);
    expect(await other.runs()).toMatchObject([{ run: 'same', runbookId: 'another' }]);
  });

  test('one of a newer format is refused', async () => {
    await open();
    await client.query('INSERT INTO godwit_journal_format VALUES (2)');
    await expect(open()).rejects.toMatchObject({ code: 'engine.journal-newer' });
    await client.query('DELETE FROM godwit_journal_format WHERE version = 2');
  });

  test('a server that is away is a failure that may pass', async () => {
    await using gone = databaseAt({ ...access, port: 1 }, name);
    await expect(
      openPostgresJournal({ database: gone, project: 'crm', seal, clock: systemClock }),
    ).rejects.toMatchObject({ fate: 'later' });
  });
});
