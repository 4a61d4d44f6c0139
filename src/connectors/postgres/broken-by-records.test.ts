import { expect, it } from 'vitest';
import { type Completion, isGodwitError } from '../../model/index.ts';
import { onEachServer } from './on-each-server.contract.ts';
import type { OpenedSchema } from './opened-schema.contract.ts';

const structure = `
  CREATE TABLE country (code text, PRIMARY KEY (code));
  CREATE TABLE person (id integer, mail text, "odd, ""name""" integer, country text, city integer);
  INSERT INTO country VALUES ('se');
  INSERT INTO person VALUES (1, 'secret@a.se', 5, 'se', 1), (1, 'b', 5, 'xx', 1), (2, 'secret@a.se', NULL, 'yy', 1), (NULL, 'c', NULL, NULL, 2), (NULL, 'd', 6, 'xx', 3)`;

const build = (name: string, behind: string): Completion => ({
  stage: 'build',
  relation: 'person',
  name,
  references: null,
  statement: `CREATE UNIQUE INDEX ${name} ON person USING btree ${behind}`,
});

async function failure({ system }: OpenedSchema, completion: Completion): Promise<readonly string[]> {
  try {
    await system.creates!.complete!(completion);
  } catch (error) {
    if (isGodwitError(error)) return [error.code, error.fate, error.detail, JSON.stringify(error)];
    throw error;
  }
  return [];
}

onEachServer('records that break what their own system says it holds', (server) => {
  it('are counted, and found by a query, and none of their values is told', async () => {
    await using opened = await server.open(structure);
    const cases: readonly (readonly [Completion, number | null])[] = [
      [build('by_id', '(id)'), 2],
      [build('by_mail', '(mail text_pattern_ops DESC) INCLUDE (id)'), 2],
      [build('by_odd', '("odd, ""name""") NULLS NOT DISTINCT'), 4],
      [build('by_lower', '(lower(mail))'), null],
      [
        {
          ...build('by_country', ''),
          stage: 'validate',
          statement: 'ALTER TABLE person VALIDATE CONSTRAINT by_country',
        },
        3,
      ],
    ];
    await opened.ask(
      'ALTER TABLE person ADD CONSTRAINT by_country FOREIGN KEY (country) REFERENCES country NOT VALID',
    );
    for (const [completion, count] of cases) {
      const [code, fate, detail = '', all] = await failure(opened, completion);
      expect([code, fate], completion.name).toEqual(['postgres.records-break-key', 'never']);
      expect(detail).toContain(completion.name);
      expect(all).not.toContain('secret');
      const [, counted, query] = /: (\d+) of them\. They are found by (.*)$/s.exec(detail) ?? [];
      expect(counted ?? null).toBe(count === null ? null : String(count));
      if (query !== undefined) expect((await opened.ask(query)).length).toBe(count);
    }
  });
});
