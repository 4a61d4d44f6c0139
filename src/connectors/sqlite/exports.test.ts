import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SqliteFile } from '../../host/index.ts';
import { findRelation, integer64, type Relation, type Slice } from '../../model/index.ts';
import { contextFor } from '../contract/contract-world.contract.ts';
import type { BulkLoad, OpenSystem, Snapshot } from '../port.ts';
import { sqlite } from './open.ts';

const whole: Slice = { number: 0, after: null, upTo: null, rowsEstimate: 0 };

describe('slices that threads read', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'godwit-exports-'));
    path = join(folder, 'a.sqlite');
  });
  afterEach(async () => rm(folder, { recursive: true }));

  async function opened(mode: string): Promise<OpenSystem & { readonly file: SqliteFile }> {
    const file = new SqliteFile(path);
    file.run(
      `PRAGMA journal_mode = ${mode}; CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1), (2)`,
    );
    const system = await sqlite.open({ path, lockWaitMs: 50 }, contextFor('source'));
    return Object.assign(system, { file });
  }

  async function loadOf(
    system: OpenSystem,
  ): Promise<{ readonly relation: Relation; readonly load: BulkLoad }> {
    const relation = findRelation(await system.inspects.inspect(), 't') as Relation;
    const [id] = relation.fields;
    if (id === undefined) throw new Error('no field');
    const field = {
      source: { kind: 'field', field: id },
      target: { ...id, type: integer64 },
      exportAs: null,
    } as const;
    return { relation, load: { format: 'postgres-binary-encoded', fields: [field] } };
  }

  /** Ids in the bytes: behind the header, tuples of one field of eight bytes. */
  async function idsIn(snapshot: Snapshot, relation: Relation, load: BulkLoad): Promise<bigint[]> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of snapshot.exports!.export(relation, whole, load)) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const tuples = (bytes.length - 19 - 2) / 14;
    return Array.from({ length: tuples }, (_none, at) => bytes.readBigInt64BE(19 + at * 14 + 6));
  }

  test.each(['delete', 'truncate', 'persist', 'wal'])('see what the snapshot sees (%s)', async (mode) => {
    const system = await opened(mode);
    await using _closed = system;
    const { relation, load } = await loadOf(system);
    {
      await using snapshot = await system.reads.snapshot();
      expect(await snapshot.exports!.refuses!(relation, load)).toBeNull();
      // In WAL mode others may commit now; the thread sees the file as before.
      if (mode === 'wal') system.file.run('INSERT INTO t VALUES (3)');
      else
        expect(() => system.file.run('PRAGMA busy_timeout = 1; INSERT INTO t VALUES (3)')).toThrow('locked');
      expect(await idsIn(snapshot, relation, load)).toEqual([1n, 2n]);
      expect(await snapshot.count(relation)).toBe('2');
    }
    if (mode !== 'wal') system.file.run('INSERT INTO t VALUES (3)');
    await using later = await system.reads.snapshot();
    expect(await idsIn(later, relation, load)).toEqual([1n, 2n, 3n]);
    system.file[Symbol.dispose]();
  });

  test('a thread that comes after another commit gives nothing', async () => {
    const system = await opened('wal');
    await using _closed = system;
    const { relation, load } = await loadOf(system);
    await using snapshot = await system.reads.snapshot();
    system.file.run('INSERT INTO t VALUES (3)');
    expect(await snapshot.exports!.refuses!(relation, load)).toContain('written to since');
    await expect(idsIn(snapshot, relation, load)).rejects.toMatchObject({
      code: 'sqlite.moved-on',
      fate: 'never',
    });
    system.file.run('PRAGMA wal_checkpoint(TRUNCATE)');
    await expect(idsIn(snapshot, relation, load)).rejects.toMatchObject({ code: 'sqlite.moved-on' });
    system.file[Symbol.dispose]();
  });

  test('several slices at once are read by several threads, and a later one falls back on those that were in time', async () => {
    const system = await opened('wal');
    await using _closed = system;
    const { relation, load } = await loadOf(system);
    await using snapshot = await system.reads.snapshot();
    const ids = async (): Promise<bigint[]> => idsIn(snapshot, relation, load);
    expect(await Promise.all([ids(), ids()])).toEqual([
      [1n, 2n],
      [1n, 2n],
    ]);
    system.file.run('DELETE FROM t');
    expect(await Promise.all([ids(), ids(), ids(), ids()])).toEqual(
      Array.from({ length: 4 }, () => [1n, 2n]),
    );
    system.file[Symbol.dispose]();
  });

  test('a view, whose records have no lasting order, is read as records', async () => {
    const system = await opened('delete');
    await using _closed = system;
    system.file.run('CREATE VIEW v AS SELECT id FROM t');
    const { load } = await loadOf(system);
    const view = findRelation(await system.inspects.inspect(), 'v') as Relation;
    await using snapshot = await system.reads.snapshot();
    expect(await snapshot.exports!.refuses!(view, load)).toContain('view');
    system.file[Symbol.dispose]();
  });
});
