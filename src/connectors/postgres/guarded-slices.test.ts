import { expect, it } from 'vitest';
import { onOneServer } from './on-each-server.contract.ts';
import { type OpenedSchema, writeOne } from './opened-schema.contract.ts';

const table = 'CREATE TABLE a (id integer PRIMARY KEY, note varchar(20))';

onOneServer('a relation that is altered between two slices', (server) => {
  it.each([
    ['a field that takes less', 'ALTER TABLE a ALTER note TYPE varchar(3)'],
    ['a field more, with a default', "ALTER TABLE a ADD more text DEFAULT 'x'"],
    [
      'a trigger',
      `CREATE FUNCTION mangle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.note := ''other''; RETURN NEW; END';
       CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION mangle()`,
    ],
    ['a rule', 'CREATE RULE r AS ON INSERT TO a DO ALSO NOTHING'],
  ])('by %s takes no further slice', async (_what, change) => {
    await using opened = await server.open(table);
    await slice(opened, 0, ['1', 'one']);
    await opened.client.query(change);
    await expect(slice(opened, 1, ['2', 'two'])).rejects.toMatchObject({
      code: 'postgres.target-altered',
      fate: 'never',
    });
    expect(await opened.ask('SELECT id, note FROM a')).toEqual([['1', 'one']]);
  });

  it('by an index or a key, takes it', async () => {
    await using opened = await server.open(table);
    await slice(opened, 0, ['1', 'one']);
    await opened.client.query('CREATE INDEX ON a (note); ALTER TABLE a ADD CONSTRAINT u UNIQUE (note)');
    await slice(opened, 1, ['2', 'two']);
    expect(await opened.ask('SELECT count(*) FROM a')).toEqual([['2']]);
  });
});

async function slice(opened: OpenedSchema, number: number, row: readonly string[]): Promise<void> {
  const relation = await opened.relation('a');
  await writeOne(opened.system, relation, { slice: number, fields: ['id', 'note'], rows: [row] });
}
