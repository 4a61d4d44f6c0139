import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { type JourneySystem, openJourneySystem } from '../journeys/journey-systems.ts';
import { splitSql } from './split-sql.ts';

export type Engine = 'sqlite' | 'postgres' | 'mariadb';

/** A database that is moved from or to, seen with the engine's own client. */
export interface MovedSystem extends AsyncDisposable {
  readonly engine: Engine;
  readonly plain: JourneySystem;
  /** As `godwit init` takes it. */
  readonly locator: string;
  readonly password: string | null;
}

/** @param path of an SQLite file that is there already */
export async function openMovedSystem(engine: Engine, path?: string): Promise<MovedSystem> {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-corpora-'));
  if (engine === 'sqlite' && path === undefined) writeFileSync(join(folder, 'db'), '');
  const plain = await openJourneySystem(
    engine,
    engine === 'postgres' ? '18' : '',
    path ?? join(folder, 'db'),
  );
  const { host, port, user, database, password } = plain.words;
  const kind = engine === 'mariadb' ? 'mysql' : engine;
  return {
    engine,
    plain,
    password: password ?? null,
    locator:
      engine === 'sqlite'
        ? `sqlite:${plain.words['path']}`
        : `${kind}://${user}@${host}:${port}/${database}?tls=off`,
    [Symbol.asyncDispose]: async () => {
      await plain[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Runs a script for MySQL statement by statement in one session; the database is that of the address, whatever the script says.
 *
 * @param script each character one byte, where the encoding is `latin1`
 * @returns statements that the server itself refuses, with its number for why
 */
export async function runMysqlScript(
  { plain }: MovedSystem,
  script: string,
  encoding: 'latin1' | 'utf8mb4' = 'utf8mb4',
): Promise<readonly string[]> {
  const { host = '', port, user = '', password = '', database = '' } = plain.words;
  const access = { host, user, password, database, port: Number(port) };
  const connection = await createConnection({ ...access, charset: encoding });
  const refused: string[] = [];
  try {
    await connection.query("SET time_zone = '+00:00', sql_mode = ''");
    for (const statement of splitSql(script)) {
      if (/^(CREATE|DROP)\s+(DATABASE|SCHEMA)\b|^USE\s|^(FLUSH|LOCK|UNLOCK)\b/i.test(statement)) continue;
      await connection.query(statement).catch((error: { errno?: number }) => {
        refused.push(`${error.errno}: ${statement.slice(0, 60).replaceAll(/\s+/g, ' ')}`);
      });
    }
  } finally {
    await connection.end();
  }
  return refused;
}
