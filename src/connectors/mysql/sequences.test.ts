import { expect, it } from 'vitest';
import { onEachServer } from './on-each-server.contract.ts';

onEachServer('counters', (server) => {
  const numbered = [
    'CREATE TABLE numbered (id smallint unsigned AUTO_INCREMENT PRIMARY KEY, name text)',
    "INSERT INTO numbered (name) VALUES ('a'), ('b'), ('c')",
    'DELETE FROM numbered WHERE id > 1',
  ];

  it('a source says the last number it gave, though its record is gone', async () => {
    await using opened = await server.open([...numbered, 'CREATE TABLE never LIKE numbered']);
    await using snapshot = await opened.system.reads.snapshot();
    expect(await snapshot.lastNumbers?.(await opened.relation('numbered'))).toEqual(new Map([['id', '3']]));
    expect(await snapshot.lastNumbers?.(await opened.relation('never'))).toEqual(new Map());
  });

  it('a target goes on behind it, and never back', async () => {
    await using opened = await server.open(numbered);
    const advance = async (last: string): Promise<readonly string[] | undefined> =>
      opened.system.writes?.advanceSequences(
        [await opened.relation('numbered')],
        new Map([['numbered', new Map([['id', last]])]]),
      );
    const next = async (): Promise<unknown> => {
      await opened.plain.connection.query("INSERT INTO numbered (name) VALUES ('d')");
      return (await opened.plain.ask('SELECT max(id) FROM numbered'))[0]?.[0];
    };
    expect(await advance('41')).toEqual(['numbered.id: the next number is after 41']);
    expect(await next()).toBe('42');
    expect(await advance('7')).toEqual(['numbered.id: the next number is after 42']);
    expect(await next()).toBe('43');
    // No such number in this column.
    await advance('70000');
    expect(await next()).toBe('44');
  });
});
