import { beforeAll, describe, expect, it } from 'vitest';
import { sharedMariadb, skipWithoutMariadb } from '../../tests/servers/index.ts';
import { type OpenedDatabase, openDatabase } from '../connectors/mysql/opened-database.contract.ts';
import { onOneServer } from '../connectors/postgres/on-each-server.contract.ts';
import { loadGrammar } from '../expressions/index.ts';
import { checkMapping, parseMapping, skeletonMapping } from '../mapping/index.ts';
import { type Finding, findRelation, type Relation, type Schema } from '../model/index.ts';
import { orderObjects } from '../runbook/index.ts';
import { plannedStatements } from './planned-creation.ts';

beforeAll(loadGrammar);

const ofPostgres = `
  CREATE TYPE mood AS ENUM ('sad', 'glad');
  CREATE TABLE country (code varchar(5), region integer NOT NULL, name text UNIQUE, PRIMARY KEY (region, code));
  CREATE TABLE city (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code varchar(5), region integer, twin bigint REFERENCES city ON DELETE SET NULL DEFERRABLE,
    mood mood NOT NULL DEFAULT 'sad', flag boolean DEFAULT true, people integer DEFAULT -1, note text DEFAULT 'it''s', day date DEFAULT CURRENT_DATE,
    at timestamptz DEFAULT now(), at_least timestamp(3) DEFAULT CURRENT_TIMESTAMP(3), facts jsonb DEFAULT '{}', made uuid DEFAULT gen_random_uuid(),
    mail varchar(80), long varchar(900), thousands integer GENERATED ALWAYS AS (people / 1000) STORED,
    CONSTRAINT lies FOREIGN KEY (code, region) REFERENCES country (code, region) ON UPDATE CASCADE,
    CONSTRAINT enough CHECK (people > -5 AND (mood <> 'sad' OR people BETWEEN 0 AND 100)), CONSTRAINT positive CHECK (id > 0), CONSTRAINT short CHECK (length(note) < 9),
    CONSTRAINT mails UNIQUE (mail), CONSTRAINT pairs UNIQUE NULLS DISTINCT (people, mail) DEFERRABLE, CONSTRAINT longer UNIQUE (long));
  CREATE TABLE person (id serial PRIMARY KEY, city bigint REFERENCES city, boss integer, small smallint, CONSTRAINT led FOREIGN KEY (boss) REFERENCES person,
    CONSTRAINT typed FOREIGN KEY (small) REFERENCES person);
  CREATE INDEX by_people ON city (people DESC NULLS LAST, "day"); CREATE INDEX lowered ON city (lower(mail)); CREATE INDEX partly ON city (day) WHERE people > 1;
  CREATE INDEX words ON city (note); COMMENT ON TABLE city IS 'it''s a city'; COMMENT ON COLUMN city.mood IS 'how'`;

/** Makes in the target what the sketch of a mapping makes of the source, in both parts. */
async function created(
  source: Schema,
  { system }: OpenedDatabase,
): Promise<{
  readonly findings: readonly Finding[];
  readonly stages: readonly string[];
  readonly made: Schema;
}> {
  const creates = system.creates!;
  const empty = await system.inspects.inspect();
  const { mapping } = parseMapping(skeletonMapping(source, empty));
  const checked = checkMapping(mapping, source, empty, (type) => creates.createdType(type));
  const planned = { ...empty, relations: [...checked.targets.values()] };
  const ordered = orderObjects({ mapping, relations: planned.relations, dependencies: checked.dependencies });
  const move = { checked, source, planned, ...ordered, loaded: { mapping } };
  const names = planned.relations.map(({ name }) => name);
  const { statements, completions } = plannedStatements(move, creates, names);
  await creates.create(statements);
  for (const stage of ['build', 'attach', 'reference', 'validate'])
    for (const one of completions.filter((part) => part.stage === stage)) await creates.complete!(one);
  return {
    findings: checked.findings.filter(({ code }) => code === 'mapping.structure-left'),
    stages: completions.map(({ stage, relation, name }) => `${stage} ${relation}.${name}`).sort(),
    made: await system.inspects.inspect(),
  };
}

function piecesOf(schema: Schema, name: string): object {
  const { fields, primaryKey, uniques, foreignKeys, indexes, checks, comment } = findRelation(schema, name)!;
  return {
    says: Object.fromEntries(
      fields.flatMap((field) => {
        const says = field.generated === 'no' ? field.default : field.generated;
        return says === null || field.synthetic ? [] : [[field.name, says]];
      }),
    ),
    keys: [primaryKey, ...uniques].map((key) => key?.fields.join()),
    references: foreignKeys.map(({ fields: own, references, onDelete, onUpdate }) =>
      [own.join(), references.relation, references.fields.join(), onDelete, onUpdate].join(' '),
    ),
    indexes: indexes.map(({ definition }) => definition),
    checks: checks.map(({ definition }) => definition).filter((text) => !/ in \(0,1\)|json_valid/.test(text)),
    comment,
  };
}

describe.skipIf(skipWithoutMariadb())('structure into MariaDB', () => {
  onOneServer('from PostgreSQL', (server) => {
    it('comes along where MariaDB can say it, behind the records; the rest is told', async () => {
      await using from = await server.open(ofPostgres, 'source');
      await using to = await openDatabase(await sharedMariadb(), []);
      const { findings, stages, made } = await created(await from.system.inspects.inspect(), to);
      expect(piecesOf(made, 'city')).toEqual({
        says: {
          id: 'identity-default',
          mood: "'sad'",
          flag: '1',
          people: '-1',
          note: "'it\\'s'",
          day: 'curdate()',
          at: 'current_timestamp(6)',
          at_least: 'current_timestamp(3)',
          facts: "'{}'",
        },
        keys: ['id', 'mail', 'people,mail'],
        references: ['twin city id SET NULL NO ACTION', 'region,code country region,code NO ACTION CASCADE'],
        indexes: [
          'KEY `by_people` (`people` DESC,`day`)',
          'KEY `city_twin_fkey` (`twin`)',
          'KEY `lies` (`region`,`code`)',
          'UNIQUE KEY `mails` (`mail`)',
          'UNIQUE KEY `pairs` (`people`,`mail`)',
        ],
        checks: ["CHECK (`people` > -5 and (`mood` <> 'sad' or `people` >= 0 and `people` <= 100))"],
        comment: "it's a city",
      });
      expect(piecesOf(made, 'person')).toMatchObject({
        says: { id: 'identity-default' },
        references: ['boss person id NO ACTION NO ACTION', 'city city id NO ACTION NO ACTION'],
      });
      expect(stages).toEqual([
        'build city.mails',
        'reference city.city_twin_fkey',
        'reference city.lies',
        'reference person.led',
        'reference person.person_city_fkey',
        'validate city.city_twin_fkey',
        'validate city.lies',
        'validate person.led',
        'validate person.person_city_fkey',
      ]);
      expect(findings.map(({ where }) => `${where.relation}.${where.field}`).sort()).toEqual([
        'city.city_twin_fkey',
        'city.longer',
        'city.lowered',
        'city.made',
        'city.pairs',
        'city.partly',
        'city.positive',
        'city.short',
        'city.thousands',
        'city.words',
        'country.country_name_key',
        'person.typed',
      ]);
    });
  });

  it('from MariaDB is what it was', async () => {
    const structure = [
      "CREATE TABLE firm (id int AUTO_INCREMENT PRIMARY KEY, name varchar(40) COLLATE utf8mb4_general_ci UNIQUE, twice int AS (id * 2) VIRTUAL) COMMENT='firms' ROW_FORMAT=DYNAMIC",
      'CREATE TABLE worker (id int PRIMARY KEY, firm int NOT NULL, born year, note text, seen timestamp(3) NULL ON UPDATE CURRENT_TIMESTAMP(3), KEY start (note(9)), FULLTEXT KEY words (note), CONSTRAINT old CHECK (born > 1900), CONSTRAINT works FOREIGN KEY (firm) REFERENCES firm (id) ON DELETE CASCADE)',
      'CREATE TABLE cut (id int PRIMARY KEY, at date) PARTITION BY HASH (id) PARTITIONS 3',
      'CREATE TABLE plain (id int PRIMARY KEY, word varchar(9) UNIQUE) ENGINE=MyISAM',
    ];
    await using from = await openDatabase(await sharedMariadb(), structure);
    await using to = await openDatabase(await sharedMariadb(), []);
    const source = await from.system.inspects.inspect();
    const { findings, stages, made } = await created(source, to);
    const same = (schema: Schema): readonly object[] =>
      schema.relations
        .filter(({ name }) => name !== 'plain')
        .map(({ rowsEstimate: _rows, bytes: _bytes, ...rest }: Relation) => rest);
    expect(same(made)).toEqual(same(source));
    expect(made.objects).toEqual(source.objects);
    expect(stages).toEqual([
      'build firm.name',
      'build worker.start',
      'build worker.words',
      'reference worker.works',
      'validate worker.works',
    ]);
    expect(findings.map(({ where }) => `${where.relation}.${where.field}`)).toEqual([
      'plain.word',
      'plain.utf8mb4_general_ci',
    ]);
  });
});
