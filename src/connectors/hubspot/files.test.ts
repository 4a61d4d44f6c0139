import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { PracticeClock, systemClock } from '../../host/index.ts';
import type { Row } from '../../model/index.ts';
import { contextFor, relationIn } from '../contract/contract-world.contract.ts';
import { readAll } from '../contract/read-all.contract.ts';
import { run, step, type Wanted, writeRows } from '../contract/write-slices.contract.ts';
import type { OpenSystem } from '../port.ts';
import { hubspot } from './index.ts';
import { PracticeAccount } from './practice-account.contract.ts';

interface World extends AsyncDisposable {
  readonly account: PracticeAccount;
  readonly system: OpenSystem;
}

async function openWorld(faults: readonly object[] = []): Promise<World> {
  const account = await PracticeAccount.open({}, { seed: 7, faults });
  const address = { ...account.address, objects: ['notes', 'files'] };
  // What was lost is waited for in less time than a second.
  const clock = new PracticeClock(systemClock, Date.parse(systemClock.now()), 20);
  const system = await hubspot.open(address, { ...contextFor('target'), clock });
  return {
    account,
    system,
    [Symbol.asyncDispose]: async () => {
      await system[Symbol.asyncDispose]();
      await account[Symbol.asyncDispose]();
    },
  };
}

const offers = Array.from(
  { length: 9 },
  (_none, at): Row => [
    `/offers/${at % 3}/Angebot "${at}" für é.pdf`,
    randomBytes(at === 0 ? 700_000 : 1_000 + at),
  ],
);
const files = (rows: readonly Row[], more: Partial<Wanted> = {}): Wanted => ({
  fields: ['path', 'content'],
  rows,
  key: ['id'],
  captureIds: true,
  ...more,
});

/** Paths with contents, in the order of paths. */
async function there({ system }: World): Promise<readonly Row[]> {
  const { rows, fields } = await readAll(system, 'files');
  const [path, content] = ['path', 'content'].map((name) => fields.indexOf(name));
  const seen = rows.map(
    (row): Row => [row[path ?? -1] ?? null, Buffer.from(row[content ?? -1] as Uint8Array).toString('base64')],
  );
  return inOrder(seen);
}

const inOrder = (rows: readonly Row[]): readonly Row[] =>
  [...rows].sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
const sent = (rows: readonly Row[]): readonly Row[] =>
  inOrder(
    rows.map(([path = null, content]) => [path, Buffer.from(content as Uint8Array).toString('base64')]),
  );

const lost: readonly { readonly kind: string; readonly [name: string]: string | number }[] = [
  { kind: 'reset-in-body', method: 'POST', path: '/files/v3/files', every: 2 },
  { kind: 'carried-out-twice', method: 'POST', path: '/files/v3/files', every: 1 },
  { kind: 'reset-before', method: 'POST', path: '/files/v3/files', from: 2, every: 3 },
  { kind: 'refuse', path: '/files/v3/files', status: 502, from: 3, every: 5, times: 3 },
];
const weathers: readonly (readonly [kind: string, faults: readonly object[]])[] = [
  ['nothing', []],
  ...lost.map((fault) => [fault.kind, [fault]] as const),
];
test.each(weathers)(
  'a file is there once, byte by byte, also after %s, and is gone once it is taken back',
  async (_kind, faults) => {
    await using world = await openWorld(faults);
    const { system } = world;
    const { refused } = await writeRows(system, 'files', files(offers));
    expect(refused).toEqual([]);
    expect(await there(world)).toEqual(sent(offers));
    const relation = await relationIn(system, 'files');
    const undone = await system.undoes!.undoSlice({ run, step, slice: 0, relation });
    expect(undone).toEqual({ rowsRemoved: offers.length, rowsRestored: 0, refused: [] });
    expect(await there(world)).toEqual([]);
  },
);

test('two files of one folder with the same content are two', async () => {
  await using world = await openWorld();
  const twins: Row[] = ['a', 'b'].map((name) => [`/twins/${name}.pdf`, Buffer.from('the same')]);
  expect((await writeRows(world.system, 'files', files(twins))).refused).toEqual([]);
  expect(await there(world)).toEqual(sent(twins));
});

test('a path that is taken, and one that is none, are refused; what others put there stays', async () => {
  await using world = await openWorld();
  const [first, second] = offers;
  await writeRows(world.system, 'files', files([first!]));
  const rows: Row[] = [
    [first![0] ?? null, Buffer.from('other')],
    second!,
    ['no/path', Buffer.from('x')],
    ['/a', null],
  ];
  const { refused, counts } = await writeRows(world.system, 'files', files(rows, { slice: 1 }));
  const found = refused.map(({ code, field }) => `${code} ${field}`);
  expect(found.sort()).toEqual(['target.not-null content', 'target.type path', 'target.unique path']);
  expect(counts.rowsWritten).toBe(1);
  expect(await there(world)).toEqual(sent([first!, second!]));
});

test('files are cut into slices, found by path, and hang on notes by the ids that were captured', async () => {
  await using world = await openWorld();
  const { system } = world;
  await writeRows(system, 'files', files(offers));
  const relation = await relationIn(system, 'files');
  await using snapshot = await system.reads.snapshot();
  const slices = [];
  for await (const slice of snapshot.split(relation, 4)) slices.push(slice);
  expect(slices.map(({ rowsEstimate }) => rowsEstimate)).toEqual([4, 4, 1]);
  const parts: Row[] = [];
  for (const slice of slices)
    for await (const { rows } of snapshot.read(relation, slice)) parts.push(...rows);
  expect(new Set(parts.map(([id]) => id)).size).toBe(offers.length);
  const found: Row[] = [];
  const wanted = offers.slice(2, 4).map(([path = null]): Row => [path]);
  for await (const { rows } of snapshot.fetch(relation, ['path'], [...wanted, ['/nowhere.pdf']]))
    found.push(...rows);
  expect(found.map(([, path]) => [path])).toEqual(wanted);
  const { fields } = relation;
  expect(fields.filter(({ generated }) => generated === 'no').map(({ name }) => name)).toEqual([
    'path',
    'content',
  ]);
});
