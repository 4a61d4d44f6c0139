import { beforeAll, expect, it } from 'vitest';
import { onOneServer } from '../connectors/postgres/on-each-server.contract.ts';
import type { OpenedSchema } from '../connectors/postgres/opened-schema.contract.ts';
import { loadGrammar } from '../expressions/index.ts';
import { auditLive } from './audit-live.ts';
import { PostgresMove, quiet } from './postgres-move.contract.ts';
import { listQuarantine, replayQuarantined } from './quarantine.ts';
import { rollbackRun } from './rollback-run.ts';
import { runMigration } from './run-migration.ts';

beforeAll(loadGrammar);

/** People with superiors and offices with heads. Foreign keys that are `NOT VALID` are nobody's promise: they never wait. */
const structure = (how: '' | 'NOT VALID'): string => `
  CREATE TABLE office (id bigint PRIMARY KEY, head bigint);
  CREATE TABLE staff (id bigint PRIMARY KEY, boss bigint, office bigint, born text);
  INSERT INTO office SELECT i, i * 10 FROM generate_series(1, 9) AS i;
  INSERT INTO staff SELECT i, nullif((i * 7) % 101, 0), i % 9 + 1, CASE WHEN i IN (30, 31) THEN 'long ago' ELSE '1999-01-01' END
    FROM generate_series(1, 100) AS i;
  ALTER TABLE staff ADD FOREIGN KEY (boss) REFERENCES staff ${how}, ADD FOREIGN KEY (office) REFERENCES office ${how};
  ALTER TABLE office ADD FOREIGN KEY (head) REFERENCES staff ${how}`;

const constraints = `
  SELECT c.conrelid::regclass::text || ' ' || c.conname || ' ' || c.convalidated FROM pg_constraint AS c
  WHERE c.connamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) AND contype IN ('p', 'u', 'f') ORDER BY 1`;

interface Moved {
  readonly content: unknown;
  readonly entries: readonly string[];
  readonly notes: readonly string[];
}

async function contentOf(to: OpenedSchema): Promise<unknown> {
  return [
    await to.ask('SELECT id, head FROM office ORDER BY id'),
    await to.ask('SELECT id, boss, office, born FROM staff ORDER BY id'),
  ];
}

onOneServer('relations that refer to each other', (server) => {
  const moved = async (how: '' | 'NOT VALID', broken: boolean): Promise<Moved> => {
    await using from = await server.open(structure(how), 'source');
    await using to = await server.open('SELECT 1');
    using move = await PostgresMove.begin(from, to);
    if (broken) move.map('staff', 'born: born', `born: to_date(born, 'YYYY-MM-DD')`);
    await using project = await move.open();
    await move.agree(project);
    const report = await runMigration(project, 'Ada', quiet);
    const [content, listed] = [await contentOf(to), await listQuarantine(project)];
    expect(await auditLive(project, () => undefined)).toMatchObject({ differences: 0 });
    if (how === '') expect(await to.ask(constraints)).toEqual(await from.ask(constraints));
    if (broken) {
      await from.client.query(`UPDATE staff SET born = '2000-02-02' WHERE id IN (30, 31)`);
      await replayQuarantined(project, 'Ada', []);
      expect(await to.ask('SELECT id, boss, office FROM staff ORDER BY id')).toEqual(
        await from.ask('SELECT id, boss, office FROM staff ORDER BY id'),
      );
      expect(await to.ask('SELECT * FROM office ORDER BY id')).toEqual(
        await from.ask('SELECT * FROM office ORDER BY id'),
      );
    }
    expect(await rollbackRun(project, 'Ada')).toMatchObject({ outcome: 'undone', left: [] });
    const entries = listed.map(({ step, code, field }) => `${step.slice(3)} ${code} ${field}`);
    return { content, entries: entries.toSorted(), notes: report.steps.flatMap(({ notes }) => notes) };
  };

  it('come with their links at once, through the pipe, when all of their records come', async () => {
    const { notes, entries } = await moved('', false);
    expect(entries).toEqual([]);
    expect(notes.filter((note) => note.startsWith('through the pipe'))).toHaveLength(2);
    expect(notes).toContain('every record of the cycle was copied, so every link leads to one');
  });

  it('are copied again in two passes when one was kept back: the same as if no foreign key had waited', async () => {
    const [waited, stood] = [await moved('', true), await moved('NOT VALID', true)];
    expect(waited.content).toEqual(stood.content);
    expect(waited.entries).toEqual(stood.entries);
    expect(waited.entries.filter((entry) => entry.includes('target.foreign-key')).length).toBeGreaterThan(2);
  }, 180_000);
});
