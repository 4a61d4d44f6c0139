import { describe, expect, it } from 'vitest';
import { sharedMariadb, skipWithoutMariadb } from '../../../tests/servers/index.ts';
import { type Completion, isGodwitError, type Relation, type Schema } from '../../model/index.ts';
import type { CreationInParts } from '../port.ts';
import { type OpenedDatabase, openDatabase } from './opened-database.contract.ts';

const country = `CREATE TABLE country (code varchar(5) COLLATE utf8mb4_nopad_bin PRIMARY KEY, name varchar(40) COMMENT 'it''s (a, b)',
  UNIQUE KEY by_name (name))`;
const person = `CREATE TABLE person (nr bigint NOT NULL AUTO_INCREMENT, id int PRIMARY KEY, mail varchar(60), country varchar(5) COLLATE utf8mb4_nopad_bin,
  boss int, note text, seen timestamp NULL ON UPDATE CURRENT_TIMESTAMP, hidden int INVISIBLE DEFAULT 3, twice int AS (id * 2) STORED,
  KEY numbers (nr, id), UNIQUE KEY mail (mail), UNIQUE KEY \`odd, \`\`name\` (country, boss), KEY plain (boss DESC) COMMENT 'ADD KEY (x)', KEY start (note(7)),
  FULLTEXT KEY words (note), FULLTEXT KEY mails (mail), UNIQUE KEY whole (note) USING HASH, CONSTRAINT positive CHECK (id > 0),
  CONSTRAINT lives FOREIGN KEY (country) REFERENCES country (code) ON DELETE SET NULL, CONSTRAINT led FOREIGN KEY (boss) REFERENCES person (id) ON UPDATE CASCADE) AVG_ROW_LENGTH=100`;

function without({ rowsEstimate: _rows, bytes: _bytes, ...relation }: Relation): object {
  return relation;
}

async function partsOf(
  from: OpenedDatabase,
  to: OpenedDatabase,
): Promise<CreationInParts & { readonly source: Schema }> {
  const source = await from.system.inspects.inspect();
  return { source, ...to.system.creates!.inParts!(source, ['country', 'person'], () => true) };
}

async function failure({ system }: OpenedDatabase, completion: Completion | undefined): Promise<string[]> {
  try {
    await system.creates!.complete!(completion!);
  } catch (error) {
    if (isGodwitError(error)) return [error.code, error.fate, error.detail];
    throw error;
  }
  return [];
}

describe.skipIf(skipWithoutMariadb())('tables of MariaDB made in two parts', () => {
  it('are what they were, each statement carried out once', async () => {
    await using from = await openDatabase(await sharedMariadb(), [country, person]);
    await using to = await openDatabase(await sharedMariadb(), []);
    const { statements, completions, objects, source } = await partsOf(from, to);
    expect(statements).toHaveLength(2);
    expect(statements.join('\n')).not.toMatch(/`(mail|plain|start|words|by_name)` \(|FOREIGN/);
    // What records are numbered by, and what is kept as digests, is there from the start.
    expect(statements.join('\n')).toMatch(/UNIQUE KEY `whole`[^]*KEY `numbers`/);
    expect(completions.map(({ stage, name, others = [] }) => [stage, name, ...others])).toEqual([
      ['build', 'by_name'],
      ['build', 'mail', 'odd, `name', 'plain', 'start'],
      ['build', 'words'],
      ['build', 'mails'],
      ['reference', 'led'],
      ['validate', 'led'],
      ['reference', 'lives'],
      ['validate', 'lives'],
    ]);
    expect(objects.map(({ kind, name }) => [kind, name])).toEqual([
      ['invisibility', 'hidden'],
      ['update-rule', 'seen'],
    ]);
    const creates = to.system.creates!;
    await creates.create(statements);
    await to.plain.connection.query("INSERT INTO country VALUES ('se', 'Sweden')");
    await to.plain.connection.query(
      "INSERT INTO person (id, country, boss) VALUES (1, 'se', 1), (2, NULL, 1)",
    );
    for (const one of completions) {
      expect(await creates.complete!(one), one.statement).toBe(true);
      // Nobody sees afterwards that records were looked at.
      expect(await creates.complete!(one), one.statement).toBe(one.stage === 'validate');
    }
    const made = await to.system.inspects.inspect();
    const byName = (a: object, b: object): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
    const keyless = ({ definition: _text, ...rest }: Relation): object => rest;
    expect(made.relations.map((one) => keyless(one)).map((one) => without(one as Relation))).toEqual(
      source.relations.map((one) => keyless(one)).map((one) => without(one as Relation)),
    );
    const linesOf = ({ relations }: Schema): string[] =>
      relations.flatMap(({ definition = '' }) =>
        definition.split('\n').map((line) => line.replace(/,$/, '')),
      );
    expect(linesOf(made).toSorted()).toEqual(linesOf(source).toSorted());
    expect(made.objects.toSorted(byName)).toEqual(source.objects.toSorted(byName));
    const [led] = completions.filter(({ name }) => name === 'led');
    expect([await creates.uncomplete!(led!), await creates.uncomplete!(led!)]).toEqual([true, false]);
    expect(await creates.complete!(led!)).toBe(true);
    const after = await to.plain.connection
      .query("INSERT INTO person (id, country) VALUES (3, 'no')")
      .catch((error: Error) => error.message);
    expect(after).toMatch(/foreign key constraint fails/);
  });

  it('tell records that break a key, with their number and a query', async () => {
    await using from = await openDatabase(await sharedMariadb(), [country, person]);
    await using to = await openDatabase(await sharedMariadb(), []);
    const { statements, completions } = await partsOf(from, to);
    await to.system.creates!.create(statements);
    await to.plain.connection.query(
      `INSERT INTO person (id, mail, country, boss) VALUES (1, 'secret@a.se', 'xx', 1), (2, 'b', 'xx', 1), (3, 'c', 'yy', NULL), (4, 'd', 'xx', 1), (5, 'Secret@a.se', NULL, 7)`,
    );
    const named = (stage: string, name: string): Completion | undefined =>
      completions.find((one) => one.stage === stage && one.name === name);
    const built = await failure(to, named('build', 'mail'));
    expect(built.slice(0, 2)).toEqual(['mysql.records-break-key', 'never']);
    expect(built[2]).toContain('person have the same values in the key mail: 2 of them');
    expect(built[2]).not.toMatch(/secret/i);
    await to.plain.connection.query('DELETE FROM person WHERE id = 5');
    const again = await failure(to, named('build', 'mail'));
    expect(again[2]).toContain('the key odd, `name: 3 of them');
    const query = /They are found by (.*)$/s.exec(again[2] ?? '')?.[1] ?? '';
    expect(await to.plain.ask(query)).toEqual([['xx', '1', '3']]);
    for (const [name, count] of [
      ['led', null],
      ['lives', 4],
    ] as const) {
      expect(await to.system.creates!.complete!(named('reference', name)!)).toBe(true);
      const [code, , detail = ''] = await failure(to, named('validate', name));
      if (count === null) expect(code).toBeUndefined();
      else {
        expect(detail).toContain(`point nowhere by ${name}: ${count} of them`);
        const found = await to.plain.ask(/They are found by (.*)$/s.exec(detail)?.[1] ?? '');
        expect(found).toHaveLength(count);
      }
    }
  });
});
