import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { skipWithoutPostgres, startPostgres } from '../../tests/servers/index.ts';
import { DrillWorld } from './drill-world.contract.ts';
import { noteBackup } from './note-backup.ts';
import { newestRestoreDrill } from './restore-evidence.ts';

/** What can befall a drill from outside. Each time: said, no evidence, nothing left, and the next drill works. */
const smallDisk = mkdtempSync(join(tmpdir(), 'godwit-drill-disk-'));
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', smallDisk]).status === 0;

test.skipIf(!mounted)(
  'a full disk under the scratch file',
  async () => {
    using world = new DrillWorld();
    try {
      using database = new DatabaseSync(world.path('shop.sqlite'));
      database.exec(`CREATE TABLE item (id INTEGER PRIMARY KEY, t TEXT);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8000)
      INSERT INTO item SELECT i, hex(randomblob(150)) FROM n`);
      const system = '{ kind: sqlite, path: shop.sqlite }';
      const scratch = join(smallDisk, 'scratch.sqlite');
      world.settle(
        { source: system, target: system },
        `{ backup: shop.backup, scratch: { kind: sqlite, path: ${scratch} } }`,
      );
      await using project = await world.open();
      await noteBackup(project, () => undefined);
      await expect(world.drill()).rejects.toMatchObject({ code: 'drill.no-room' });
      expect(existsSync(scratch)).toBe(false);
      expect(newestRestoreDrill(project)).toBeNull();
      execFileSync('mount', ['-o', 'remount,size=40m', smallDisk]);
      expect((await world.drill()).passed).toBe(true);
    } finally {
      execFileSync('umount', [smallDisk]);
      rmSync(smallDisk, { recursive: true, force: true });
    }
  },
  60_000,
);

test.skipIf(skipWithoutPostgres(15) || spawnSync('pg_restore', ['--version']).status !== 0)(
  'the server is killed while it restores: what is left is named, and the next drill drops it',
  async () => {
    await using server = await startPostgres({ major: 15 });
    const { host, port, user, password } = server;
    const live = await server.createDatabase('crm');
    const session = new Client({ host, port, user, password, database: live });
    await session.connect();
    await session.query(`CREATE TABLE item (id bigint PRIMARY KEY, t text);
      INSERT INTO item SELECT n, md5(n::text) FROM generate_series(1, 20000) n`);
    await session.end();
    using world = new DrillWorld();
    world.password = password;
    const system = (database: string): string =>
      `{ kind: postgres, host: ${host}, port: ${port}, database: ${database}, user: ${user}, password_env: DRILL_PASSWORD, tls: off }`;
    const slow = "[sh, -c, 'sleep 5 && pg_restore -d {database} {backup}']";
    world.settle(
      { source: system('postgres'), target: system(live) },
      `{ backup: crm.dump, command: ${slow}, scratch: ${system('crm_drill')} }`,
    );
    {
      await using project = await world.open();
      await noteBackup(project, () => undefined);
    }
    const drilled = world.drill({}, (what) => {
      if (what.startsWith('restoring')) void server.kill();
    });
    await expect(drilled).rejects.toMatchObject({
      code: 'drill.scratch-left',
      detail: expect.stringContaining('crm_drill'),
    });
    expect(existsSync(world.path('.godwit/scratch.json'))).toBe(true);
    await server.restart();
    world.edit(`command: ${slow}, `, '');
    expect((await world.drill()).passed).toBe(true);
    expect(existsSync(world.path('.godwit/scratch.json'))).toBe(false);
  },
  120_000,
);
