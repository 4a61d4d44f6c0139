import { expect, test } from 'vitest';
import { Secret } from '../../model/index.ts';
import { contextFor } from '../contract/contract-world.contract.ts';
import { onEachServer } from './on-each-server.contract.ts';
import { postgres } from './open.ts';

const tables = `
  CREATE TABLE person (id bigint PRIMARY KEY, code int UNIQUE);
  INSERT INTO person SELECT i, i FROM generate_series(1, 10) i;
  CREATE TABLE letter (id bigint, to_person bigint REFERENCES person, text text);
  INSERT INTO letter SELECT i, 1 + i % 10, repeat('x', 100) FROM generate_series(1, 5000) i;
  CREATE TABLE note (id bigint, person bigint REFERENCES person);
  CREATE TABLE call (id bigint, person bigint REFERENCES person, text text);
  INSERT INTO call SELECT i, 1 + i % 10, repeat('x', 100) FROM generate_series(1, 5000) i;
  CREATE INDEX call_person ON call (person, id)`;

const indexes = `SELECT string_agg(indexdef, '; ') FROM pg_indexes
  WHERE schemaname = current_schema() AND indexname LIKE 'godwit\\_undo\\_%'`;

onEachServer('what makes taking back quicker', (server) => {
  test('is an index where records that refer are many and have none, and is taken away again', async () => {
    await using opened = await server.open(tables, 'target');
    const ask = async (): Promise<string> => {
      await opened.client.query(`SET search_path = "${opened.address.schema}"`);
      return String((await opened.client.query({ text: indexes, rowMode: 'array' })).rows[0]?.[0]);
    };
    const undoes = opened.system.undoes!;
    const person = await opened.relation('person');
    const made = [
      'an index on letter (to_person) was made for as long as records were taken back: it refers to them',
    ];
    expect(await undoes.makeReady?.([person])).toEqual(made);
    expect(await ask()).toMatch(/^CREATE INDEX godwit_undo_\w+ ON .*letter USING btree \(to_person\)$/);
    // Whoever goes on behind a process that was cut off finds its index, even half of one.
    await opened.client.query(`UPDATE pg_index SET indisvalid = false
      WHERE indexrelid::regclass::text LIKE '%godwit\\_undo\\_%'`);
    expect(await undoes.makeReady?.([person])).toEqual(made);
    await undoes.clearAway?.();
    expect(await ask()).toBe('null');
    await undoes.clearAway?.();
  });

  test('is left alone where the role does not own the relation, and said', async () => {
    await using opened = await server.open(tables, 'target');
    const { schema } = opened.address;
    const role = `guest_${schema.replaceAll(/\W/g, '_')}`.slice(0, 60);
    await opened.client.query(
      `CREATE ROLE ${role} LOGIN PASSWORD 'x'; GRANT USAGE ON SCHEMA "${schema}" TO ${role}`,
    );
    try {
      const address = { ...opened.address, user: role, password: new Secret('x') };
      await using system = await postgres.open(address, contextFor('target'));
      const notes = await system.undoes!.makeReady?.([await opened.relation('person')]);
      expect(notes).toEqual([expect.stringContaining('this role does not own it')]);
    } finally {
      await opened.client.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  });
});
