import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import type { SeededChoice } from '../../../demo/seeded-choice.ts';
import type { PostgresAccess } from '../../servers/index.ts';
import { agreeOn } from './agreed-project.ts';
import { type DrawnMove, drawMove } from './drawn-move.ts';
import { judgeClean } from './judge-audit.ts';

export interface CleanCount {
  readonly moves: number;
  readonly records: number;
  readonly falseAlarms: number;
  readonly wrong: readonly string[];
}

export interface CleanOrder {
  readonly count: number;
  /** Relations moved by one `godwit run`. */
  readonly together: number;
  readonly choice: SeededChoice;
  readonly server: PostgresAccess | null;
  readonly say: (text: string) => void;
}

/** Random relations, moved by `godwit run` and audited by `godwit audit`: nothing was damaged, so nothing may be found. */
export async function proveCleanMoves({
  count,
  together,
  choice,
  server,
  say,
}: CleanOrder): Promise<CleanCount> {
  const wrong: string[] = [];
  let [moves, records] = [0, 0];
  while (moves < count) {
    const drawn = Array.from({ length: Math.min(together, count - moves) }, (_, at) =>
      drawMove(`moved_${at}`, server === null ? 'sqlite' : 'postgres', choice),
    );
    wrong.push(...(await moveAndAudit(drawn, server)));
    moves += drawn.length;
    records += drawn.reduce((sum, { rows }) => sum + rows.length, 0);
    say(`${server === null ? 'SQLite' : 'PostgreSQL'}: ${moves} clean moves, ${wrong.length} false alarms`);
  }
  return { moves, records, falseAlarms: wrong.length, wrong: wrong.slice(0, 20) };
}

async function moveAndAudit(
  drawn: readonly DrawnMove[],
  server: PostgresAccess | null,
): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'godwit-clean-'));
  try {
    fillSource(join(folder, 'source.sqlite'), drawn);
    const target = await makeTarget(join(folder, 'target.sqlite'), drawn, server);
    const project = await agreeOn({
      folder,
      source: 'sqlite:source.sqlite',
      target,
      targetPassword: server?.password ?? null,
      mapping: Object.fromEntries(drawn.map(({ name, mappingFile }) => [`${name}.yaml`, mappingFile])),
    });
    await project.run();
    const { relations } = await project.audit();
    const byName = new Map(relations.map((relation) => [relation.relation, relation]));
    return drawn.flatMap(({ name, rows, purged, mappingFile, targetStatement }) => {
      const audit = byName.get(name);
      const counts = audit?.rowsTarget === rows.length - purged && audit.rowsPurged === purged;
      const alarm = judgeClean(audit) ?? (counts ? null : `${audit?.rowsTarget} of ${rows.length} records`);
      return alarm === null ? [] : [`${alarm}: ${targetStatement}; ${mappingFile}`];
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

function fillSource(path: string, drawn: readonly DrawnMove[]): void {
  using file = new DatabaseSync(path);
  file.exec('BEGIN');
  for (const { name, sourceStatement, rows } of drawn) {
    file.exec(sourceStatement);
    for (const row of rows)
      file.prepare(`INSERT INTO ${name} VALUES (${row.map(() => '?').join(', ')})`).run(...row);
  }
  file.exec('COMMIT');
}

/** @returns how the project reaches it */
async function makeTarget(
  path: string,
  drawn: readonly DrawnMove[],
  server: PostgresAccess | null,
): Promise<string> {
  const statements = drawn.map(({ targetStatement }) => targetStatement).join(';\n');
  if (server === null) {
    using file = new DatabaseSync(path);
    file.exec(statements);
    return 'sqlite:target.sqlite';
  }
  const database = await server.createDatabase();
  const { host, port, user, password } = server;
  const client = new Client({ host, port, user, password, database });
  await client.connect();
  await client.query(statements);
  await client.end();
  return `postgres://${user}@${host}:${port}/${database}?tls=off`;
}
