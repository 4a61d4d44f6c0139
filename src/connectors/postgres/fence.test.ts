import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Relation } from '../../model/index.ts';
import { contextFor } from '../contract/contract-world.contract.ts';
import type { Fences, OpenSystem } from '../port.ts';
import { onEachServer } from './on-each-server.contract.ts';
import { postgres } from './open.ts';
import { type OpenedSchema, writeOne } from './opened-schema.contract.ts';

onEachServer('the fence', (server) => {
  let schema: OpenedSchema;
  let relation: Relation;
  let fences: Fences;
  beforeAll(async () => {
    schema = await server.open('CREATE TABLE things (id integer PRIMARY KEY, what text)');
    relation = await schema.relation('things');
    fences = fencesOf(schema.system);
    await fences.prepare();
    // Again, and from another session at the same time.
    await Promise.all([fences.prepare(), fences.prepare()]);
  });
  afterAll(async () => schema[Symbol.asyncDispose]());

  const write = async (run: string, fence: string | undefined, more = {}) =>
    writeOne(schema.system, relation, {
      run,
      fields: ['id', 'what'],
      rows: [],
      ...more,
      ...(fence && { fence }),
    });
  const rows = async (): Promise<unknown> => schema.ask('SELECT id, what FROM things ORDER BY id');

  test('lets nobody write with a token lower than the one it was raised to', async () => {
    const slice = { step: 'step', slice: 0 };
    await fences.raise({ run: 'first', slice }, '20');
    await expect(fences.raise({ run: 'first', slice }, '7')).rejects.toMatchObject({
      code: 'postgres.fenced',
    });
    await expect(write('first', '19', { rows: [['1', 'late']] })).rejects.toMatchObject({
      code: 'postgres.fenced',
      fate: 'pause',
    });
    expect(await rows()).toEqual([]);
    // Another slice, another run, and who has the latest token are free.
    expect(await write('first', '19', { slice: 1 })).toMatchObject({ applied: true });
    expect(await write('second', '19', { slice: 0 })).toMatchObject({ applied: true });
    expect(await write('first', '20', { rows: [['1', 'latest']] })).toMatchObject({ applied: true });
    expect(await rows()).toEqual([['1', 'latest']]);
  });

  test('of a whole run keeps everybody of it out, also from slices nobody has begun', async () => {
    await fences.raise({ run: 'third', slice: null }, '30');
    await expect(write('third', '29', { slice: 5 })).rejects.toMatchObject({ code: 'postgres.fenced' });
    expect(await write('third', '31', { slice: 5 })).toMatchObject({ applied: true });
  });

  test.each([
    ['its slice', { step: 'step', slice: 9 }],
    ['the whole run', null],
  ])(
    'ends the transaction of who is frozen, and of who does not know yet that they lost %s',
    async (_what, slice) => {
      const run = slice === null ? 'frozen run' : 'frozen slice';
      let wake = (): void => undefined;
      const asleep = new Promise<void>((resolve) => {
        wake = resolve;
      });
      let frozen = (): void => undefined;
      const isFrozen = new Promise<void>((resolve) => {
        frozen = resolve;
      });
      const old = await postgres.open(schema.address, contextFor('target'));
      const late = writeOne(old, relation, {
        run,
        slice: 9,
        fence: '40',
        fields: ['id', 'what'],
        rows: [['9', 'frozen']],
        beforeCommit: async () => {
          frozen();
          await asleep;
          return { rowsRead: 1, rowsWritten: 1, rowsQuarantined: 0, rowsPurged: 0 };
        },
      });
      late.catch(() => undefined);
      await isFrozen;
      await fences.raise({ run, slice }, '41');
      expect(await write(run, '42', { slice: 9, rows: [['9', 'taken over']] })).toMatchObject({
        applied: true,
      });
      wake();
      await expect(late).rejects.toMatchObject({ fate: 'later' });
      // It tries again, as it would after any lost connection, and is told.
      await expect(
        writeOne(old, relation, {
          run,
          slice: 9,
          fence: '40',
          fields: ['id', 'what'],
          rows: [['9', 'frozen']],
        }),
      ).rejects.toMatchObject({ code: 'postgres.fenced' });
      expect(await schema.ask('SELECT what FROM things WHERE id = 9')).toEqual([['taken over']]);
      await old[Symbol.asyncDispose]();
      await schema.ask('DELETE FROM things WHERE id = 9');
    },
  );

  test('raised by who wakes up late, with a token that is not the latest, ends nobody', async () => {
    const place = { run: 'late', slice: { step: 'step', slice: 0 } };
    await fences.raise(place, '61');
    const brought = write('late', '61', {
      rows: [['61', 'the latest']],
      beforeCommit: async () => {
        await expect(fences.raise(place, '60')).rejects.toMatchObject({ code: 'postgres.fenced' });
        return { rowsRead: 1, rowsWritten: 1, rowsQuarantined: 0, rowsPurged: 0 };
      },
    });
    expect(await brought).toMatchObject({ applied: true });
    await schema.ask('DELETE FROM things WHERE id = 61');
  });

  test('who has no token is not asked for one: one process alone holds the lock of its machine', async () => {
    await fences.raise({ run: 'alone', slice: null }, '50');
    expect(await write('alone', undefined, { slice: 3 })).toMatchObject({ applied: true });
  });
});

function fencesOf({ writes }: OpenSystem): Fences {
  if (!writes?.fences) throw new Error('no fence');
  return writes.fences;
}
