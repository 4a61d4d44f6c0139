import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import { type PostgresAccess, sharedPostgres, skipWithoutPostgres } from '../servers/index.ts';
import { AttackedProject, errorCode } from './attacked-project.ts';

/** Somebody has put a trigger on the target that adds a cent to one amount: each record arrives, and the sum is another. */
describe.skipIf(skipWithoutPostgres(18))('agreed sums', () => {
  let server: PostgresAccess;
  beforeAll(async () => {
    server = await sharedPostgres(18);
  });

  /** 300 amounts of 3.01. */
  async function signedProject(rule: string): Promise<AttackedProject> {
    const project = new AttackedProject();
    const database = await server.createDatabase();
    const { host, port, user, password } = server;
    const client = new Client({ host, port, user, password, database });
    await client.connect();
    await client.query(`CREATE TABLE item (number int PRIMARY KEY, old_id int, amount numeric(20, 4) NOT NULL, weight float8, name text NOT NULL);
      CREATE FUNCTION adds_a_cent() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN IF NEW.number = 5 THEN NEW.amount := NEW.amount + 0.01; END IF; RETURN NEW; END $$;
      CREATE TRIGGER adds_a_cent BEFORE INSERT ON item FOR EACH ROW EXECUTE FUNCTION adds_a_cent()`);
    await client.end();
    using source = new DatabaseSync(project.path('old.sqlite'));
    source.exec(`CREATE TABLE item (id integer PRIMARY KEY, number integer NOT NULL UNIQUE, amount decimal(20, 4) NOT NULL, name text);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
      INSERT INTO item SELECT i, i, '3.01', 'x' FROM n`);
    project.environment['GODWIT_TARGET_PASSWORD'] = password;
    project.makePeople();
    const target = `postgres://${user}@${host}:${port}/${database}`;
    await project.walk(['init', '--source', 'sqlite:old.sqlite', '--target', target, '--name', 'attack']);
    project.edit('godwit.yaml', 'people: []\n', project.peopleText());
    project.edit('godwit.yaml', 'tls: verify', 'tls: off');
    project.edit('godwit.yaml', '  action: pause', `  totals: ${rule}\n  action: pause`);
    project.write(
      'mapping/item.yaml',
      'source: item\ntarget: item\nkey: number\nowner: Ada\nfields:\n  old_id: id\n  number: number\n  amount: amount\n  name: name\n',
    );
    await project.walk(['map', 'check'], ['approve', 'mapping', '--key', 'ada.key']);
    return project;
  }

  /** Once it is approved: record 7 has no name and goes into quarantine, and 9 is gone. */
  async function approve(project: AttackedProject): Promise<void> {
    await project.walk(['plan'], ['approve', 'runbook', '--key', 'ben.key']);
    using source = new DatabaseSync(project.path('old.sqlite'));
    source.exec('UPDATE item SET name = NULL WHERE id = 7');
    source.exec('DELETE FROM item WHERE id = 9');
  }

  test('stop a run whose records all arrive when a sum is another, and let it go on by the named signature', {
    timeout: 120_000,
  }, async () => {
    using project = await signedProject('{ item: { amount: 0.009, number: 0 } }');
    await approve(project);
    const run = await project.godwit(['run']);
    expect([run.exit, run.out]).toEqual([
      4,
      expect.stringContaining(
        'the sum of item.amount is 896.99 in the target and 896.98 by the source; they may be 0.009 apart',
      ),
    ]);
    const again = await project.godwit(['run']);
    expect([errorCode(again), again.err]).toEqual([
      'runbook.held',
      expect.stringContaining('runbook.stop-totals (item.amount)'),
    ]);
    await project.walk(['approve', 'continue', '--key', 'ben.key', '--reason', 'a cent']);
    expect((await project.godwit(['run'])).out).not.toContain('the sum of item.amount');
  });

  test('let a run go on within what was agreed', { timeout: 120_000 }, async () => {
    using project = await signedProject('{ item: { amount: 0.01 } }');
    await approve(project);
    const run = await project.godwit(['run']);
    expect(run.out).not.toContain('the sum of item.amount');
    // What is left is the audit's to say.
    expect(run.out).toContain('the audit found 1 differences');
  });

  test('are refused where they could never be compared', { timeout: 120_000 }, async () => {
    using project = await signedProject('{ item: { weight: 0, nothing: 0 }, other: { amount: 0 } }');
    const plan = await project.godwit(['plan']);
    expect(errorCode(plan)).toBe('runbook.rule-blind');
    for (const reason of [
      'the sum of item.weight cannot be compared: only whole numbers and decimals have an exact sum, and it is float',
      'the sum of item.nothing cannot be compared: the target has no such field',
      'the sum of other.amount cannot be compared: the mapping does not fill this relation',
    ])
      expect(plan.err).toContain(reason);
  });
});
