import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sqlite } from '../../src/connectors/index.ts';
import { openingContext } from './opening-context.ts';
import type { PlainSystem, Seen } from './plain-system.ts';

/** A new file in a folder of its own. It is opened for each call, so that nothing stands in anybody's way. */
export async function plainSqlite(): Promise<PlainSystem> {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-fidelity-'));
  const path = join(folder, 'plain.sqlite');
  writeFileSync(path, '');
  return {
    system: 'sqlite',
    open: (role) => sqlite.open({ path }, openingContext(role)),
    run: async (sql) => {
      using file = new DatabaseSync(path);
      file.exec(`PRAGMA synchronous = off; BEGIN; ${sql}; COMMIT`);
    },
    see: async (table, column, _type, { from, to }) => {
      using file = new DatabaseSync(path, { readOnly: true, readBigInts: true });
      const rows = file
        .prepare(
          `SELECT id, typeof(${column}) AS storage,
             CASE WHEN typeof(${column}) IN ('text', 'blob') THEN hex(CAST(${column} AS BLOB)) ELSE ${column} END AS shown
           FROM ${table} WHERE id BETWEEN ? AND ? AND ${column} IS NOT NULL`,
        )
        .all(from, to);
      return new Map(
        rows.map((row): [number, Seen] => [
          Number(row['id']),
          seen(String(row['storage']), String(row['shown'])),
        ]),
      );
    },
    [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true }),
  };
}

function seen(storage: string, shown: string): Seen {
  if (storage === 'blob') return { storage, text: shown.toLowerCase() };
  return { storage, text: storage === 'text' ? Buffer.from(shown, 'hex').toString('utf8') : shown };
}
