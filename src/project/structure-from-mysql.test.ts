import { beforeAll, describe, expect, it } from 'vitest';
import { sharedMariadb, skipWithoutMariadb } from '../../tests/servers/index.ts';
import { openDatabase } from '../connectors/mysql/opened-database.contract.ts';
import { onOneServer } from '../connectors/postgres/on-each-server.contract.ts';
import type { OpenedSchema } from '../connectors/postgres/opened-schema.contract.ts';
import { loadGrammar } from '../expressions/index.ts';
import { checkMapping, parseMapping, skeletonMapping } from '../mapping/index.ts';
import type { Finding, Schema } from '../model/index.ts';
import { orderObjects } from '../runbook/index.ts';
import { plannedStatements } from './planned-creation.ts';

beforeAll(loadGrammar);

const exact = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin';
const structure = `
  CREATE TABLE made (
    id int unsigned AUTO_INCREMENT PRIMARY KEY,
    whole int DEFAULT -5, much decimal(10,2) DEFAULT 1.50, wide double DEFAULT 0.1,
    word varchar(20) ${exact} DEFAULT 'it''s \\\\ é', loose varchar(20) COLLATE utf8mb4_general_ci DEFAULT '', label enum('a','b') DEFAULT 'b',
    flag tinyint(1) DEFAULT 1 CHECK (flag IN (0, 1)), bit bit(1) DEFAULT b'1', bits bit(8) DEFAULT b'101',
    at datetime(3) DEFAULT CURRENT_TIMESTAMP(3), then_at datetime DEFAULT '2001-02-03 04:05:06', stamp timestamp NULL DEFAULT CURRENT_TIMESTAMP,
    day date DEFAULT '2000-01-31', today date DEFAULT curdate(), facts json DEFAULT '{}', plus int DEFAULT (1 + 2), who uuid DEFAULT uuid(),
    CONSTRAINT numbers CHECK (whole > -10 AND much BETWEEN 0.5 AND 2 OR NOT (whole IN (1, -2) OR wide IS NULL)),
    CONSTRAINT words CHECK (word <> 'it''s' AND word NOT IN ('x', 'y')),
    CONSTRAINT days CHECK (day >= '1999-12-31' AND at < '2900-01-01'),
    CONSTRAINT loosely CHECK (loose <> 'a'), CONSTRAINT longer CHECK (char_length(word) < 15), CONSTRAINT chained CHECK (whole > 2 = 0),
    CONSTRAINT summed CHECK (whole + 1 < 100), CONSTRAINT spelled CHECK (whole < '99'))`;

onOneServer('what MariaDB says of its fields', (server) => {
  describe.skipIf(skipWithoutMariadb())('and PostgreSQL can say', () => {
    it('comes along: numbering, defaults and checks; the rest is told', async () => {
      await using from = await openDatabase(await sharedMariadb(), [structure]);
      await using to = await server.open('SELECT 1');
      const findings = await created(await from.system.inspects.inspect(), to);
      const made = (await to.system.inspects.inspect()).relations.find(({ name }) => name === 'made');
      expect(
        Object.fromEntries(
          (made?.fields.filter(({ synthetic }) => !synthetic) ?? []).flatMap((field) => {
            const says = field.generated === 'no' ? field.default : field.generated;
            return says === null ? [] : [[field.name, says]];
          }),
        ),
      ).toEqual({
        id: 'identity-default',
        whole: "'-5'::integer",
        much: '1.50',
        wide: '0.1',
        word: "'it''s \\ é'::character varying",
        loose: "''::character varying",
        label: "'b'::text",
        flag: 'true',
        bit: 'true',
        at: 'CURRENT_TIMESTAMP(3)',
        then_at: "'2001-02-03 04:05:06'::timestamp without time zone",
        stamp: 'CURRENT_TIMESTAMP(0)',
        day: "'2000-01-31'::date",
        today: 'CURRENT_DATE',
        facts: "'{}'::json",
      });
      expect(made?.checks.map(({ name }) => name)).toEqual(['days', 'numbers', 'words']);
      expect(findings.map(({ where }) => String(where.field)).sort()).toEqual([
        'bits',
        'chained',
        'longer',
        'loosely',
        'plus',
        'spelled',
        'summed',
        'utf8mb4_bin',
        'utf8mb4_general_ci',
        'utf8mb4_nopad_bin',
        'who',
      ]);
    });

    it('refuses the same records', async () => {
      await using from = await openDatabase(await sharedMariadb(), [structure]);
      await using to = await server.open('SELECT 1');
      await created(await from.system.inspects.inspect(), to);
      for (const name of ['loosely', 'longer', 'chained', 'summed', 'spelled'])
        await from.plain.connection.query(`ALTER TABLE made DROP CONSTRAINT ${name}`);
      for (const values of [
        'whole) VALUES (-11)',
        'whole, wide) VALUES (-11, NULL)',
        'whole, much) VALUES (-11, 1)',
        'whole, much) VALUES (-11, 3)',
        'whole, much) VALUES (1, 0.49)',
        'whole, much) VALUES (1, 0.5)',
        'whole, much) VALUES (NULL, 7)',
        "word) VALUES ('x')",
        "word) VALUES ('X')",
        "word) VALUES ('x ')",
        "word) VALUES ('it''s')",
        "day) VALUES ('1999-12-31')",
        "day) VALUES ('1999-12-30')",
        "at) VALUES ('2900-01-01')",
        "at) VALUES ('2899-12-31 23:59:59')",
      ]) {
        const insert = `INSERT INTO made (${values}`;
        const there = await from.plain.connection.query(insert).then(
          () => true,
          () => false,
        );
        const here = await to.ask(insert).then(
          () => true,
          () => false,
        );
        expect([values, here]).toEqual([values, there]);
      }
    });
  });
});

/** Makes in the target what the sketch of a mapping makes of the source; answers with what stays behind. */
async function created(source: Schema, to: OpenedSchema): Promise<readonly Finding[]> {
  const creates = to.system.creates!;
  const empty = await to.system.inspects.inspect();
  const { mapping } = parseMapping(skeletonMapping(source, empty));
  const checked = checkMapping(mapping, source, empty, (type) => creates.createdType(type));
  const planned = { ...empty, relations: [...checked.targets.values()] };
  const ordered = orderObjects({ mapping, relations: planned.relations, dependencies: checked.dependencies });
  const move = { checked, source, planned, ...ordered, loaded: { mapping } };
  const names = planned.relations.map(({ name }) => name);
  await creates.create(plannedStatements(move, creates, names).statements);
  return checked.findings.filter(({ code }) => code === 'mapping.structure-left');
}
