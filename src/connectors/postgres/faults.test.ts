import { readdirSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { GodwitError } from '../../model/index.ts';
import { faultWords } from './fault-words.ts';
import { fault } from './faults.ts';
import { onEachServer } from './on-each-server.contract.ts';

onEachServer('faults', (server) => {
  it.each([
    ['53100', 'postgres.disk-full', 'pause'],
    ['53300', 'postgres.too-many-connections', 'later'],
    ['53200', 'postgres.exhausted', 'later'],
    ['55P03', 'postgres.lock-timeout', 'later'],
    ['57014', 'postgres.timeout', 'later'],
    ['57P01', 'postgres.went-away', 'later'],
    ['40P01', 'postgres.conflict', 'later'],
    ['40001', 'postgres.conflict', 'later'],
    ['42501', 'postgres.permission', 'never'],
    ['25006', 'postgres.read-only', 'never'],
    ['42P01', 'postgres.structure', 'never'],
    ['28P01', 'postgres.wrong-login', 'never'],
    ['XX001', 'postgres.statement-refused', 'never'],
  ])('%s is %s', async (state, code, fate) => {
    await using opened = await server.open('SELECT 1');
    const raise = `DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '${state}', DETAIL = 'Key (mail)=(a@b) exists'; END $$`;
    const failure = await opened.system.creates!.create([raise]).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code, fate });
    expect((failure as GodwitError).nextStep).not.toBe('');
    expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain('a@b');
  });

  it('waiting for a lock ends, and says so', async () => {
    await using opened = await server.open('CREATE TABLE a (n integer)');
    await opened.client.query('BEGIN; LOCK TABLE a');
    const waiting = opened.system.creates!.create(["SET LOCAL lock_timeout = '50ms'", 'DROP TABLE a']);
    await expect(waiting).rejects.toMatchObject({ code: 'postgres.lock-timeout' });
    await opened.client.query('ROLLBACK');
  });

  it('a statement that fails leaves nothing of those before it', async () => {
    await using opened = await server.open('SELECT 1');
    await expect(
      opened.system.creates!.create(['CREATE TABLE a (n integer)', 'nonsense']),
    ).rejects.toMatchObject({
      code: 'postgres.statement-refused',
    });
    expect(await opened.ask(`SELECT to_regclass('a')`)).toEqual([[null]]);
  });

  it('a relation that is gone is named', async () => {
    await using opened = await server.open('CREATE TABLE a (n integer)');
    const relation = await opened.relation('a');
    await opened.client.query('DROP TABLE a');
    await using snapshot = await opened.system.reads.snapshot();
    await expect(snapshot.count(relation)).rejects.toMatchObject({
      code: 'postgres.structure',
      where: { relation: 'a', system: 'contract' },
    });
  });

  it('a source cannot be written, whatever the role may do', async () => {
    await using opened = await server.open(
      'CREATE TABLE a (n integer); CREATE FUNCTION add() RETURNS integer LANGUAGE sql AS $$ INSERT INTO a VALUES (1) RETURNING n $$; CREATE VIEW sly AS SELECT add() AS n',
      'source',
    );
    const sly = await opened.relation('sly');
    await using snapshot = await opened.system.reads.snapshot();
    const reading = async (): Promise<void> => {
      for await (const _batch of snapshot.read(sly, { number: 0, after: null, upTo: null, rowsEstimate: 1 }))
        continue;
    };
    await expect(reading()).rejects.toMatchObject({ code: 'postgres.read-only' });
  });
});

describe('faults', () => {
  it('pass through when they are faults already, and take anything else', () => {
    const known = fault(new Error('Connection terminated unexpectedly'), { system: 's' });
    expect(fault(known, {})).toBe(known);
    expect(fault('odd', {})).toBeInstanceOf(GodwitError);
    expect(fault(Object.assign(new Error('x'), { code: 'ENOTFOUND' }), {}).code).toBe('postgres.unreachable');
    expect(
      fault(new AggregateError([Object.assign(new Error('x'), { code: 'ECONNREFUSED' })]), {}).code,
    ).toBe('postgres.unreachable');
  });

  it('have a page each', () => {
    const pages = readdirSync(new URL('../../../docs/errors', import.meta.url));
    for (const code of [...Object.keys(faultWords), 'postgres.encoding', 'postgres.array-bounds'])
      expect(pages).toContain(`${code}.md`);
  });
});
