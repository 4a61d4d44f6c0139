import { expect, it } from 'vitest';
import type { RecordBatch, Relation, Slice } from '../../model/index.ts';
import type { Snapshot } from '../port.ts';
import { onEachServer } from './on-each-server.contract.ts';
import type { OpenedDatabase } from './opened-database.contract.ts';
import { readNumberedSlice } from './read.ts';
import { RowFlow } from './row-flow.ts';
import { Sessions } from './sessions.ts';

const records = 5_000;
const keyless = [
  'CREATE TABLE a (n int, w varchar(40), hidden int INVISIBLE DEFAULT 7)',
  `INSERT INTO a (n, w) WITH RECURSIVE seq AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM seq WHERE n < 1000)
     SELECT x.n, concat('w', y.n) FROM seq AS x, (SELECT n FROM seq WHERE n <= 5) AS y`,
];

async function slicesOf(snapshot: Snapshot, relation: Relation, size: number): Promise<readonly Slice[]> {
  const slices: Slice[] = [];
  for await (const slice of snapshot.split(relation, size)) slices.push(slice);
  return slices;
}

/** The records of batches, a line each. */
async function linesOf(
  batches: AsyncIterable<RecordBatch>,
  between: () => Promise<unknown> = async () => undefined,
): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const { rows } of batches) {
    for (const row of rows) lines.push(JSON.stringify(row));
    await between();
  }
  return lines;
}

async function expected(opened: OpenedDatabase): Promise<readonly string[]> {
  const rows = await opened.plain.ask('SELECT n, w, hidden FROM a');
  return rows.map((row) => row.join(' ')).sort();
}

function withoutNumber(lines: readonly string[]): readonly string[] {
  return lines.map((line) => (JSON.parse(line) as string[]).slice(0, 3).join(' ')).sort();
}

onEachServer('records without a key', (server) => {
  it('are cut into few slices, which hold each of them once', async () => {
    await using opened = await server.open(keyless, { role: 'source' });
    await using snapshot = await opened.system.reads.snapshot();
    const relation = await opened.relation('a');
    const slices = await slicesOf(snapshot, relation, 10);
    expect(slices).toHaveLength(16);
    const lines: string[] = [];
    for (const slice of slices) lines.push(...(await linesOf(snapshot.read(relation, slice))));
    expect(withoutNumber(lines)).toEqual(await expected(opened));
    expect(new Set(lines).size).toBe(records);
    expect((await slicesOf(snapshot, relation, 3_000)).length).toBe(2);
  });

  it('are sorted once for a slice, however small its batches are', async () => {
    await using opened = await server.open(keyless, { role: 'source' });
    await using sessions = new Sessions(opened.plain.address, true, new AbortController().signal);
    const relation = await opened.relation('a');
    let queries = 0;
    const lines = await sessions.lend(async (session) => {
      const flow = (sql: string): ReturnType<RowFlow['rows']> => {
        queries += 1;
        return new RowFlow(session, sql, () => undefined).rows();
      };
      const whole = { number: 0, after: null, upTo: null, rowsEstimate: 10 };
      return await linesOf(readNumberedSlice(flow, relation, whole, { batchRowsMax: 10 }));
    });
    expect([queries, lines.length]).toEqual([1, records]);
  });

  it('give way to whoever asks for something else between two batches, and go on behind', async () => {
    await using opened = await server.open(keyless, { role: 'source' });
    await using snapshot = await opened.system.reads.snapshot();
    const relation = await opened.relation('a');
    const [slice] = await slicesOf(snapshot, relation, records);
    if (slice === undefined) throw new Error('no slice');
    let asked = 0;
    const undisturbed = await linesOf(snapshot.read(relation, slice, { batchRowsMax: 1_000 }));
    const disturbed = await linesOf(snapshot.read(relation, slice, { batchRowsMax: 1_000 }), async () => {
      asked += 1;
      expect(await snapshot.count(relation)).toBe(String(records));
    });
    expect(asked).toBeGreaterThan(3);
    expect(disturbed).toEqual(undisturbed);
    // Two at once, and one that nobody reads to its end.
    const [one, other] = [snapshot.read(relation, slice), snapshot.read(relation, slice)];
    expect(await Promise.all([linesOf(one), linesOf(other)])).toEqual([undisturbed, undisturbed]);
    for await (const batch of snapshot.read(relation, slice)) {
      expect(batch.rows.length).toBeGreaterThan(0);
      break;
    }
    expect(await snapshot.count(relation)).toBe(String(records));
  });
});
