import { expect, it } from 'vitest';
import type { Completion } from '../../model/index.ts';
import { onEachServer } from './on-each-server.contract.ts';

onEachServer('indexes of one partitioned table, built side by side', (server) => {
  it('do not take each other the names of the indexes of its parts', async () => {
    const parts = Array.from(
      { length: 6 },
      (_none, at) => `CREATE TABLE p${at} PARTITION OF a FOR VALUES IN (${at})`,
    );
    await using opened = await server.open(
      `CREATE TABLE a (id integer, word text) PARTITION BY LIST (id); ${parts.join('; ')}`,
    );
    const completions = Array.from(
      { length: 6 },
      (_none, at): Completion => ({
        stage: 'build',
        relation: 'a',
        name: `i${at}`,
        references: null,
        statement: `CREATE INDEX i${at} ON a (word) WHERE id > ${at}`,
      }),
    );
    const { creates } = opened.system;
    expect(await Promise.all(completions.map(async (one) => creates?.complete?.(one)))).not.toContain(false);
    expect(
      await opened.ask(
        `SELECT count(*), count(*) FILTER (WHERE indisvalid) FROM pg_index WHERE indrelid::regclass::text ~ '^(a|p.)$'`,
      ),
    ).toEqual([['42', '42']]);
  });
});
