import { expect, test } from 'vitest';
import { silentLog, systemClock } from '../host/index.ts';
import type { ReadBudget, Relation, Slice } from '../model/index.ts';
import { OthersWatch } from './others-at-work.ts';
import { pacedSystem } from './paced-system.ts';
import type { BulkLoad, OpenSystem } from './port.ts';
import { onEachServer } from './postgres/on-each-server.contract.ts';
import { ReadPace } from './read-pace.ts';

const mib = 2 ** 20;
const all: Slice = { number: 0, after: null, upTo: null, rowsEstimate: 2_100 };

/** A little over 2 MiB. */
const table = `CREATE TABLE item (id int PRIMARY KEY, filler text);
  INSERT INTO item SELECT i, repeat('x', 1000) FROM generate_series(1, 2100) i`;

function paced(
  system: OpenSystem,
  budget: ReadBudget,
): { readonly system: OpenSystem; readonly pace: ReadPace } {
  const others = new OthersWatch(systemClock, silentLog);
  const pace = new ReadPace({
    clock: systemClock,
    budget,
    shared: async () => others.look(system),
    brakes: [],
    signal: new AbortController().signal,
  });
  return { system: pacedSystem(system, pace), pace };
}

async function exported(system: OpenSystem, relation: Relation): Promise<string> {
  await using snapshot = await system.reads.snapshot();
  const fields = relation.fields.map((field) => ({
    source: { kind: 'field', field } as const,
    target: field,
    exportAs: null,
  }));
  const load: BulkLoad = { format: 'postgres-text', fields, sorted: true };
  const chunks: Uint8Array[] = [];
  for await (const chunk of snapshot.exports!.export(relation, all, load)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

onEachServer('a source that is read at a pace', (server) => {
  test('gives the same bytes and records, no faster than its budget', async () => {
    await using opened = await server.open(table, 'source');
    const relation = await opened.relation('item');
    const whole = await exported(opened.system, relation);
    expect(whole.length).toBeGreaterThan(2 * mib);
    const slow = paced(opened.system, { mibPerSecondMax: 4, holds: 'always' });
    const beganMs = systemClock.elapsedMs();
    expect(await exported(slow.system, relation)).toBe(whole);
    expect(systemClock.elapsedMs() - beganMs).toBeGreaterThan(450);
    await using snapshot = await slow.system.reads.snapshot();
    const keys: unknown[] = [];
    for await (const { rows } of snapshot.read(relation, all)) keys.push(...rows.map(([id]) => id));
    expect(keys).toHaveLength(2_100);
    expect(systemClock.elapsedMs() - beganMs).toBeGreaterThan(900);
    expect(slow.pace.waitedMs).toBeGreaterThan(800);
    expect(await snapshot.count(relation)).toBe('2100');
    expect(snapshot.exports?.formats).toContain('postgres-binary');
    // Node's own `await using`, which tests do not get, takes no bound function.
    expect(slow.system[Symbol.asyncDispose].name).not.toMatch(/^bound /);
  });

  test('waits for a shared budget while others work on it, and tells so', async () => {
    await using opened = await server.open(table, 'source');
    const relation = await opened.relation('item');
    // This session is somebody else's, and did something a moment ago.
    await opened.client.query('BEGIN');
    const spared = paced(opened.system, { mibPerSecondMax: 1, holds: 'shared' });
    await exported(spared.system, relation);
    expect(spared.pace.takeNotes()).toEqual([
      expect.stringMatching(
        /^reading waited \d+ s in all: at most 1 MiB a second for reading the source, while others work on it$/,
      ),
    ]);
  });
});
