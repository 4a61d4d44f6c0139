import { beforeAll, expect, it } from 'vitest';
import { onEachServer } from '../connectors/postgres/on-each-server.contract.ts';
import { loadGrammar } from '../expressions/index.ts';
import { checkMapping, parseMapping, skeletonMapping } from '../mapping/index.ts';
import type { Relation, Schema } from '../model/index.ts';
import { orderObjects } from '../runbook/index.ts';
import { plannedStatements } from './planned-creation.ts';

beforeAll(loadGrammar);

const structure = `
  CREATE TYPE mood AS ENUM ('sad', 'glad');
  CREATE DOMAIN email AS text CHECK (value LIKE '%@%');
  CREATE TYPE pair AS (number integer, mail email);
  CREATE SEQUENCE numbers INCREMENT 7;
  CREATE TABLE country (code char(2) PRIMARY KEY, name text COLLATE "C" NOT NULL);
  CREATE TABLE city (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, country char(2) NOT NULL REFERENCES country ON DELETE CASCADE,
    twin bigint REFERENCES city DEFERRABLE, number integer DEFAULT nextval('numbers'), mood mood NOT NULL DEFAULT 'sad', mails email[], pair pair,
    people integer CHECK (people >= 0), thousands integer GENERATED ALWAYS AS (people / 1000) STORED, mayor bigint,
    UNIQUE NULLS NOT DISTINCT (country, number) INCLUDE (people), UNIQUE (country, id));
  CREATE TABLE person (id serial PRIMARY KEY, city bigint, country char(2), FOREIGN KEY (country, city) REFERENCES city (country, id));
  ALTER TABLE city ADD FOREIGN KEY (mayor) REFERENCES person;
  CREATE UNIQUE INDEX lone ON city (mayor DESC NULLS LAST, number) ;
  CREATE INDEX large ON city USING btree (lower(country) text_pattern_ops, thousands) INCLUDE (mayor) WHERE people > 100;
  CREATE INDEX spread ON city USING hash (people);
  CREATE TABLE visit (day date NOT NULL, person integer NOT NULL REFERENCES person, PRIMARY KEY (day, person)) PARTITION BY RANGE (day);
  CREATE TABLE visit_1 PARTITION OF visit FOR VALUES FROM ('2026-01-01') TO ('2026-07-01');
  CREATE TABLE visit_2 PARTITION OF visit FOR VALUES FROM ('2026-07-01') TO ('2027-01-01');
  CREATE INDEX by_person ON visit (person);
  CREATE TABLE "Odd ""one" ("select" integer PRIMARY KEY, " é" text UNIQUE);
  COMMENT ON TABLE city IS 'it''s a city'; COMMENT ON COLUMN city.mood IS 'how'`;

onEachServer('what is created of a source of the same kind', (server) => {
  it('has its structure, whole', async () => {
    await using from = await server.open(structure, 'source');
    await using to = await server.open('SELECT 1');
    const source = await from.system.inspects.inspect();
    const creates = to.system.creates!;
    const empty = await to.system.inspects.inspect();
    const { mapping } = parseMapping(skeletonMapping(source, empty));
    const checked = checkMapping(mapping, source, empty, (type) => creates.createdType(type));
    expect(checked.findings).toEqual([]);
    const planned = { ...empty, relations: [...checked.targets.values()] };
    const ordered = orderObjects({
      mapping,
      relations: planned.relations,
      dependencies: checked.dependencies,
    });
    const move = { checked, source, planned, ...ordered, loaded: { mapping } };
    const names = planned.relations.map(({ name }) => name);
    const { statements, completions } = plannedStatements(move, creates, names);
    await creates.create(statements);
    for (const stage of ['build', 'attach', 'reference', 'validate'])
      for (const one of completions.filter((part) => part.stage === stage)) {
        expect(await creates.complete!(one), one.statement).toBe(true);
        expect(await creates.complete!(one), one.statement).toBe(false);
      }
    expect(completions.length).toBeGreaterThan(10);
    const created = await to.system.inspects.inspect();
    expect(created.relations.map(withoutSizes)).toEqual(source.relations.map(withoutSizes));
    expect(objectsOf(created)).toEqual(objectsOf(source));
  });
});

function withoutSizes({ rowsEstimate: _rows, bytes: _bytes, ...relation }: Relation): object {
  return relation;
}

function objectsOf({ objects, namespace }: Schema): readonly object[] {
  return objects.map(({ definition, ...rest }) => ({
    ...rest,
    definition: definition?.replaceAll(String(namespace), ''),
  }));
}
