import { sealFromKey, silentLog, systemClock, systemRandom } from '../../host/index.ts';
import { findRelation, type Relation, type Row, type SliceCounts } from '../../model/index.ts';
import { sqlite } from './open.ts';

/**
 * Runs as a process of its own, to be killed: writes slice after slice of a thousand records into `people` and says on its
 * standard output where it is (`<slice> begins`, `<slice> before commit`, `<slice> in`). In one slice it may wait before the commit.
 * The records are changed or added one by one, or added in bulk.
 */
const [path = '', pausedSlice = '', lane = 'records'] = process.argv.slice(2);

await using system = await sqlite.open(
  { path },
  {
    name: 'target',
    role: 'target',
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    seal: sealFromKey(new Uint8Array(32)),
    signal: new AbortController().signal,
  },
);
const relation = findRelation(await system.inspects.inspect(), 'people');
if (relation === undefined || system.writes === null) throw new Error('there are no people to write');
const { writes } = system;
await writes.prepare('run');
const fields = ['id', 'name', 'amount'];

for (let slice = 0; slice < 200; slice += 1) {
  say(`${slice} begins`);
  await (lane === 'bulk' ? load(relation, slice) : write(relation, slice));
  say(`${slice} in`);
}

async function write(people: Relation, slice: number): Promise<void> {
  await writes.writeSlice({
    run: 'run',
    step: 'copy',
    slice,
    object: 'people',
    relation: people,
    mode: 'upsert',
    fields,
    key: ['id'],
    captureIds: true,
    batches: batchesOf(slice),
    beforeCommit: async () => beforeCommit(slice),
  });
}

async function load(people: Relation, slice: number): Promise<void> {
  const plan = await writes.imports?.plan(
    people,
    people.fields.map((field) => ({ source: { kind: 'field', field }, target: field })),
    ['postgres-text'],
  );
  if (plan?.kind !== 'load') throw new Error('people cannot be loaded');
  await writes.imports?.importSlice({
    run: 'run',
    step: 'copy',
    slice,
    relation: people,
    load: plan.load,
    key: ['id'],
    bounds: null,
    chunks: linesOf(slice),
    beforeCommit: async () => beforeCommit(slice),
  });
}

async function beforeCommit(slice: number): Promise<SliceCounts> {
  say(`${slice} before commit`);
  if (String(slice) === pausedSlice) await systemClock.sleep(20_000);
  return { rowsRead: 1_000, rowsWritten: 1_000, rowsQuarantined: 0, rowsPurged: 0 };
}

async function* linesOf(slice: number): AsyncGenerator<Uint8Array> {
  for await (const batch of batchesOf(slice))
    yield Buffer.from(batch.map(({ row }) => `${row.join('\t')}\n`).join(''));
}

async function* batchesOf(slice: number): AsyncGenerator<{ sourceKey: string; row: Row }[]> {
  for (let batch = 0; batch < 10; batch += 1) {
    yield Array.from({ length: 100 }, (_nothing, at) => {
      const id = String(slice * 1_000 + batch * 100 + at + 1);
      return { sourceKey: JSON.stringify([id]), row: [id, `slice ${slice}`.padEnd(500, '.'), '1'] };
    });
    await systemClock.sleep(0);
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
