import { mkdtempSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { postgresLineStore } from '../../src/connectors/index.ts';
import { systemClock } from '../../src/host/index.ts';
import { copyStore, FileLedger, type Ledger, type LineStore, StoredLedger } from '../../src/ledger/index.ts';
import { Secret } from '../../src/model/index.ts';
import type { PostgresAccess } from '../servers/index.ts';

export const origin = 'godwit/crm';

/** A place where a ledger can be, as the tests of every such place use it. */
export interface LedgerPlace extends AsyncDisposable {
  /** Another writer, as on another machine: with a folder of its own where the place is not the folder. */
  open(): Promise<Ledger>;
  /** The lines that are there, whoever wrote them. */
  lines(): Promise<readonly string[]>;
  /** A folder that `verifyLedger` takes. */
  folderToVerify(): Promise<string>;
  /** Takes the last entries away behind the back of every writer. */
  dropTail(count: number): Promise<void>;
  /** Puts another text in the place of an entry. */
  change(seq: number, from: string, to: string): Promise<void>;
}

export async function placeInFiles(): Promise<LedgerPlace> {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-place-'));
  const path = join(folder, 'entries.jsonl');
  const lines = (): readonly string[] => readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return {
    open: async () => FileLedger.open({ folder, origin, clock: systemClock, busyTimeoutMs: 30_000 }),
    lines: async () => lines(),
    folderToVerify: async () => folder,
    dropTail: async (count) => {
      const kept = lines().slice(0, -count);
      truncateSync(path, Buffer.byteLength(kept.map((line) => `${line}\n`).join('')));
    },
    change: async (seq, from, to) => {
      const changed = lines().map((line, at) => (at + 1 === seq ? line.replace(from, to) : line));
      writeFileSync(path, changed.map((line) => `${line}\n`).join(''));
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

export interface PostgresPlace extends LedgerPlace {
  /** As `open`, as this role. */
  openAs(user: string, password: string): Promise<Ledger>;
  /** One that the place ends. */
  store(): LineStore;
  query(sql: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
}

export async function placeInPostgres(server: PostgresAccess): Promise<PostgresPlace> {
  const database = await server.createDatabase();
  const { host, port, user, password } = server;
  const stores: AsyncDisposable[] = [];
  const query = async (
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<readonly Record<string, unknown>[]> => {
    const client = new Client({ host, port, user, password, database });
    await client.connect();
    try {
      return (await client.query(sql, [...values])).rows;
    } finally {
      await client.end();
    }
  };
  const storeAs = (as: string, secret: string): LineStore => {
    const login = { host, port, user: as, password: new Secret(secret) };
    const address = { ...login, database, schema: 'public', tls: 'off' as const };
    const store = postgresLineStore(address, origin, new AbortController().signal);
    stores.push(store);
    return store;
  };
  const openAs = async (as: string, secret: string): Promise<Ledger> => {
    const folder = mkdtempSync(join(tmpdir(), 'godwit-place-'));
    const ledger = new StoredLedger({ folder, origin, clock: systemClock, store: storeAs(as, secret) });
    await ledger.refresh();
    return ledger;
  };
  return {
    openAs,
    store: () => storeAs(user, password),
    query,
    open: async () => await openAs(user, password),
    lines: async () => {
      const rows = await query('SELECT line FROM godwit_ledger_line ORDER BY number');
      return rows.map(({ line }) => (line as Buffer).toString('utf8'));
    },
    folderToVerify: async () => {
      const folder = mkdtempSync(join(tmpdir(), 'godwit-place-'));
      await copyStore(storeAs(user, password), folder, folder);
      return folder;
    },
    dropTail: async (count) => {
      await query(
        'DELETE FROM godwit_ledger_line WHERE number > (SELECT max(number) FROM godwit_ledger_line) - $1',
        [count],
      );
    },
    change: async (seq, from, to) => {
      await query(
        "UPDATE godwit_ledger_line SET line = convert_to(replace(convert_from(line, 'UTF8'), $2, $3), 'UTF8') WHERE number = $1",
        [seq, from, to],
      );
    },
    [Symbol.asyncDispose]: async () => {
      for (const store of stores) await store[Symbol.asyncDispose]();
    },
  };
}
