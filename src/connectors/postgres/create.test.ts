import { expect, it } from 'vitest';
import type { Relation, Schema } from '../../model/index.ts';
import { contextFor } from '../contract/contract-world.contract.ts';
import { table } from '../contract/neutral-relations.contract.ts';
import { createStatements } from './create.ts';
import { onEachServer } from './on-each-server.contract.ts';
import { postgres } from './open.ts';
import { writeOne } from './opened-schema.contract.ts';

const long = 'é'.repeat(31) + 'x';
const structure = `
  CREATE TYPE "Mood of ""it""" AS ENUM ('sad', 'it''s');
  CREATE DOMAIN email AS varchar(40) CONSTRAINT has_at CHECK (value LIKE '%@%');
  CREATE DOMAIN work_email AS email;
  CREATE TYPE pair AS (number integer, mail email);
  CREATE TYPE span AS RANGE (SUBTYPE = numeric);
  CREATE SEQUENCE "Odd seq" INCREMENT 7;
  CREATE FUNCTION next_code() RETURNS text LANGUAGE sql AS $$ SELECT 'c' || nextval('"Odd seq"') $$;
  CREATE FUNCTION is_fine(integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 < 1000';
  CREATE TABLE b (id integer PRIMARY KEY, back bigint);
  CREATE TABLE a (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, s serial, n integer DEFAULT nextval('"Odd seq"'::regclass), code text DEFAULT next_code(),
    m "Mood of ""it""" NOT NULL DEFAULT 'sad', mm "Mood of ""it"""[], mail work_email, p pair, r span, word varchar(7) COLLATE "C" DEFAULT 'it''s',
    twice integer GENERATED ALWAYS AS (s * 2) STORED, b integer REFERENCES b ON DELETE CASCADE DEFERRABLE,
    later integer REFERENCES b DEFERRABLE INITIALLY DEFERRED UNIQUE DEFERRABLE INITIALLY DEFERRED,
    "${long}" integer CHECK (is_fine("${long}")), UNIQUE NULLS NOT DISTINCT (word, s), EXCLUDE USING gist (r WITH &&));
  ALTER TABLE b ADD CONSTRAINT "round trip" FOREIGN KEY (back) REFERENCES a;
  CREATE INDEX "by word" ON a (lower(word)) INCLUDE (s) WHERE s > 5;
  CREATE UNIQUE INDEX lone ON a (s, n);
  CREATE TABLE "select" ("from" integer, " é 💥" text, "'q'" text, PRIMARY KEY (" é 💥"));
  CREATE TABLE "${'t'.repeat(63)}" (k integer NOT NULL, PRIMARY KEY (k)) PARTITION BY HASH (k);
  CREATE TABLE part_0 PARTITION OF "${'t'.repeat(63)}" FOR VALUES WITH (MODULUS 2, REMAINDER 0);
  CREATE TABLE part_1 PARTITION OF "${'t'.repeat(63)}" FOR VALUES WITH (MODULUS 2, REMAINDER 1);
  COMMENT ON TABLE a IS 'it''s a'; COMMENT ON COLUMN a.m IS 'how'`;

onEachServer('creating', (server) => {
  it('makes the same structure elsewhere, with the types, sequences and functions it needs', async () => {
    await using from = await server.open(structure, 'source');
    await using to = await server.open('SELECT 1');
    const schema = await from.system.inspects.inspect();
    const names = schema.relations.map(({ name }) => name);
    const statements = to.system.creates!.statements(schema, names);
    expect(statements.join('\n')).not.toContain(from.address.schema);
    await to.system.creates!.create(statements);
    const created = await to.system.inspects.inspect();
    expect(created.relations.map(withoutSizes)).toEqual(schema.relations.map(withoutSizes));
    const content = (of: Schema): unknown =>
      of.objects
        .filter(({ kind }) => kind !== 'function')
        .map(({ definition, ...rest }) => ({
          ...rest,
          definition: definition?.replaceAll(String(of.namespace), ''),
        }));
    expect(content(created)).toEqual(content(schema));
    expect(await to.ask(`INSERT INTO a (word) VALUES ('x') RETURNING n, code, s, m`)).toEqual([
      ['1', 'c8', '1', 'sad'],
    ]);
  });

  it('takes away with the relations the types, functions and sequences it made, and nothing else', async () => {
    await using from = await server.open(structure, 'source');
    await using to = await server.open(`CREATE TYPE pair AS (number integer, mail text);
      CREATE FUNCTION is_fine(integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true'`);
    const schema = await from.system.inspects.inspect();
    const names = schema.relations.map(({ name }) => name);
    const objects = async (): Promise<readonly string[]> =>
      (await to.system.inspects.inspect()).objects.map(({ kind, name }) => `${kind} ${name}`).toSorted();
    const before = await objects();
    await to.system.creates!.create(to.system.creates!.statements(schema, names));
    await to.ask('CREATE TABLE of_others (mood "Mood of ""it""", mail work_email)');
    await to.system.creates!.drop(names);
    const used = ['domain email', 'domain work_email', 'enum Mood of "it"'];
    expect(await objects()).toEqual([...before, ...used].toSorted());
    await to.ask('DROP TABLE of_others');
    await to.system.creates!.drop(names);
    expect(await objects()).toEqual(before);
  });

  it('a sandbox touches nothing outside itself, and its bookkeeping is its own', async () => {
    await using live = await server.open(structure);
    const { system, address } = live;
    const names = (await system.inspects.inspect()).relations.map(({ name }) => name);
    const sandbox = `godwit_${server.database()}`;
    await system.creates!.createSandbox(sandbox, names);
    await using inside = await postgres.open(
      postgres.sandboxAddress(address, sandbox),
      contextFor('sandbox'),
    );
    const relation = (await inside.inspects.inspect()).relations.find(({ name }) => name === 'a') as Relation;
    const before = await live.ask(`SELECT last_value, is_called FROM "Odd seq"`);
    for (const [place, target] of [
      [inside, 'sandbox'],
      [system, 'live'],
    ] as const) {
      const written = await writeOne(place, relation, { fields: ['word', 'm'], rows: [[target, 'sad']] });
      expect([written.applied, written.refused]).toEqual([true, []]);
      if (place === inside)
        expect(await live.ask(`SELECT last_value, is_called FROM "Odd seq"`)).toEqual(before);
    }
    expect(await live.ask('SELECT word FROM a')).toEqual([['live']]);
    await inside.undoes!.undoSlice({ run: 'run', step: 'step', slice: 0, relation });
    expect(await live.ask('SELECT word FROM a')).toEqual([['live']]);
    expect((await system.writes!.applied('run')).length).toBe(1);
    await writeOne(inside, relation, { slice: 5, fields: ['word', 'm'], rows: [['again', 'sad']] });
    await system.creates!.createSandbox(sandbox, names);
    expect(await inside.writes!.applied('run')).toEqual([]);
    await system.creates!.dropSandbox(sandbox);
    expect((await system.writes!.applied('run')).length).toBe(1);
  });

  it('a sandbox with the records of relations that refer to each other counts on behind them', async () => {
    await using live = await server.open(`
      CREATE TYPE mood AS ENUM ('sad', 'glad');
      CREATE TABLE a (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code serial UNIQUE DEFERRABLE INITIALLY DEFERRED,
        mood mood, b bigint, twice bigint GENERATED ALWAYS AS (b * 2) STORED);
      CREATE TABLE b (id bigserial PRIMARY KEY, a bigint REFERENCES a DEFERRABLE INITIALLY DEFERRED);
      ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;
      INSERT INTO b (a) VALUES (NULL), (NULL); INSERT INTO a (mood, b) SELECT 'glad', 2 FROM generate_series(1, 41);
      UPDATE b SET a = 7`);
    const sandbox = `godwit_${server.database()}`;
    await live.system.creates!.createSandbox(sandbox, ['a', 'b'], 'records');
    const content = (schema: string): Promise<unknown> =>
      live.ask(`SELECT *, (SELECT count(*) FROM ${schema}b) FROM ${schema}a ORDER BY id`);
    expect(await content(`${sandbox}.`)).toEqual(await content(''));
    expect(await live.ask(`INSERT INTO ${sandbox}.a (b) VALUES (1) RETURNING id, code`)).toEqual([
      ['42', '42'],
    ]);
    await expect(live.ask(`INSERT INTO ${sandbox}.a (b) VALUES (9)`)).rejects.toThrow('foreign key');
    await live.system.creates!.dropSandbox(sandbox);
  });

  it('a sandbox takes along the records that are only referred to, whatever their types, rules and own references', async () => {
    await using live = await server.open(`
      CREATE TYPE mood AS ENUM ('sad', 'glad');
      CREATE FUNCTION outer_word() RETURNS text LANGUAGE sql AS 'SELECT 1::text';
      CREATE TABLE moods (mood mood PRIMARY KEY, others mood[], best bigint, n bigint GENERATED ALWAYS AS IDENTITY,
        twice bigint GENERATED ALWAYS AS (best * 2) STORED, word text COLLATE "C" DEFAULT outer_word());
      CREATE UNIQUE INDEX ON moods (word, mood);
      CREATE TABLE days (id bigint PRIMARY KEY, mood mood REFERENCES moods, word text,
        FOREIGN KEY (word, mood) REFERENCES moods (word, mood));
      ALTER TABLE moods ADD FOREIGN KEY (best) REFERENCES days;
      INSERT INTO moods VALUES ('glad', '{sad,glad}', NULL, DEFAULT, DEFAULT, 'x'); INSERT INTO days VALUES (5, 'glad', 'x');
      UPDATE moods SET best = 5`);
    const sandbox = `godwit_${server.database()}`;
    await live.system.creates!.createSandbox(sandbox, ['days']);
    expect(await live.ask(`SELECT mood, others, best, n, twice, word FROM ${sandbox}.moods`)).toEqual([
      ['glad', '{sad,glad}', '5', '1', '10', 'x'],
    ]);
    expect(await live.ask(`INSERT INTO ${sandbox}.days VALUES (5, 'glad', 'x') RETURNING id`)).toEqual([
      ['5'],
    ]);
    await expect(live.ask(`INSERT INTO ${sandbox}.days VALUES (6, 'sad')`)).rejects.toThrow('foreign key');
    expect(await live.ask(`DELETE FROM ${sandbox}.days RETURNING id`)).toEqual([['5']]);
    await live.system.creates!.dropSandbox(sandbox);
  });

  it('a sandbox has the triggers that stay inside it, and says which do not', async () => {
    await using live = await server.open(`
      CREATE TABLE log (word text); CREATE TABLE b (n integer); CREATE SEQUENCE tickets;
      CREATE TABLE a (id integer PRIMARY KEY, word text, words tsvector, changed integer DEFAULT 0);
      CREATE FUNCTION loud(text) RETURNS text LANGUAGE sql AS 'SELECT upper($1)';
      CREATE FUNCTION count_b() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM B';
      CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.word := loud(NEW.word); NEW.changed := count_b(); RETURN NEW; END';
      CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO Log VALUES (NEW.word); RETURN NEW; END';
      CREATE FUNCTION far() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM elsewhere.f(); RETURN NEW; END';
      CREATE FUNCTION draw() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.changed := nextval('tickets'); RETURN NEW; END $$;
      CREATE FUNCTION dynamic() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'SELECT 1'; RETURN NEW; END $$;
      CREATE FUNCTION pathed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS 'BEGIN RETURN NEW; END';
      CREATE TRIGGER t1 BEFORE INSERT OR UPDATE ON a FOR EACH ROW EXECUTE FUNCTION shout();
      CREATE TRIGGER t2 BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION tsvector_update_trigger('words', 'pg_catalog.simple', 'word');
      CREATE TRIGGER t3 AFTER INSERT ON a FOR EACH ROW EXECUTE FUNCTION note();
      CREATE TRIGGER t4 BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION far();
      CREATE TRIGGER t5 BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION draw();
      CREATE TRIGGER t6 BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION dynamic();
      CREATE TRIGGER t7 BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION pathed();
      CREATE TRIGGER t8 AFTER INSERT ON a FOR EACH ROW EXECUTE FUNCTION note(); ALTER TABLE a DISABLE TRIGGER t8;
      CREATE TRIGGER t9 AFTER INSERT ON log FOR EACH ROW EXECUTE FUNCTION note();
      CREATE RULE r AS ON DELETE TO a DO ALSO DELETE FROM log`);
    await live.client.query(
      'CREATE SCHEMA IF NOT EXISTS elsewhere; CREATE OR REPLACE FUNCTION elsewhere.f() RETURNS void LANGUAGE sql AS $$ SELECT $$',
    );
    const sandbox = `godwit_${server.database()}`;
    expect(await live.system.creates!.createSandbox(sandbox, ['a', 'b'])).toEqual([
      'rule r on a: rules are not taken over',
      'trigger t3 on a: note() names log, which the sandbox does not have',
      'trigger t4 on a: far() names elsewhere, which the sandbox does not have',
      'trigger t5 on a: draw() names tickets, which the sandbox does not have',
      'trigger t6 on a: dynamic() makes its statements while it runs',
      'trigger t7 on a: pathed() sets a search path of its own',
    ]);
    await using inside = await postgres.open(
      postgres.sandboxAddress(live.address, sandbox),
      contextFor('sandbox'),
    );
    const relation = (await inside.inspects.inspect()).relations.find(({ name }) => name === 'a') as Relation;
    await live.ask('INSERT INTO b VALUES (1), (2)');
    await writeOne(inside, relation, { fields: ['id', 'word'], rows: [['1', 'rat']] });
    expect(await live.ask(`SELECT word, words, changed FROM ${sandbox}.a`)).toEqual([
      ['RAT', "'rat':1", '0'],
    ]);
    expect(await live.ask('SELECT count(*) FROM log')).toEqual([['0']]);
    await live.system.creates!.dropSandbox(sandbox);
  });

  it('a sandbox that would reach into the live schema is not made', async () => {
    await using live = await server.open('SELECT 1');
    const schema = live.client.escapeIdentifier(live.address.schema);
    await live.client.query(`CREATE FUNCTION outer_word() RETURNS text LANGUAGE sql AS 'SELECT 1::text';
      CREATE FUNCTION word() RETURNS text LANGUAGE sql AS 'SELECT ${schema.replaceAll("'", "''")}.outer_word()';
      CREATE TABLE fine (w text DEFAULT word())`);
    await expect(live.system.creates!.createSandbox('godwit_reach', ['fine'])).rejects.toMatchObject({
      code: 'postgres.sandbox-reaches-out',
    });
    await live.client.query(`CREATE AGGREGATE most (integer) (SFUNC = int4larger, STYPE = integer);
      CREATE TABLE far (n integer[], t fine)`);
    await expect(live.system.creates!.createSandbox('godwit_reach', ['far'])).rejects.toMatchObject({
      code: 'postgres.sandbox-reaches-out',
    });
    await live.system.creates!.dropSandbox('godwit_reach');
  });

  it('a schema that is not a sandbox is never dropped', async () => {
    await using live = await server.open('CREATE TABLE a (n integer)');
    const name = `godwit_theirs_${server.database()}`;
    await live.client.query(`CREATE SCHEMA ${name}; CREATE TABLE ${name}.precious (n integer)`);
    for (const attempt of [
      async () => live.system.creates!.dropSandbox(name),
      async () => live.system.creates!.createSandbox(name, ['a']),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: 'postgres.not-a-sandbox' });
    expect(await live.ask(`SELECT count(*) FROM ${name}.precious`)).toEqual([['0']]);
    await live.client.query(`DROP SCHEMA ${name} CASCADE`);
  });

  it('from another kind of system takes over what means the same', async () => {
    const integer = { kind: 'integer', bits: 64, signed: true } as const;
    const text = { kind: 'text', charactersMax: null, padded: false } as const;
    const relation = table(
      't',
      { id: integer, 'Odd "name"': text, size: integer, at: { kind: 'timestamp', fractionDigits: 3 } },
      {
        primaryKey: { name: 'pk', fields: ['id'], deferrable: false },
        checks: [
          { name: 'portable', definition: 'CHECK (size >= 0 AND "Odd ""name""" <> \'x\')' },
          { name: 'other', definition: 'CHECK (length(size) > 2)' },
          { name: 'sneaky', definition: 'CHECK (1=1); DROP TABLE t; --' },
        ],
      },
    );
    const withDefaults = {
      ...relation,
      fields: relation.fields.map((field) => ({
        ...field,
        default: { size: '5', at: 'CURRENT_TIMESTAMP', 'Odd "name"': 'randomblob(4)' }[field.name] ?? null,
      })),
    };
    const schema: Schema = {
      formatVersion: 1,
      kind: 'sqlite',
      version: '3',
      namespace: null,
      relations: [withDefaults],
      objects: [],
    };
    await using to = await server.open('SELECT 1');
    await to.system.creates!.create(createStatements(schema, ['t']));
    const created = await to.relation('t');
    expect(created.checks).toEqual([
      { name: 'portable', definition: `CHECK (size >= 0 AND "Odd ""name""" <> 'x'::text)` },
    ]);
    expect(created.fields.map(({ native, default: preset }) => [native, preset])).toEqual([
      ['bigint', null],
      ['text', null],
      ['bigint', '5'],
      ['timestamp(3) without time zone', 'CURRENT_TIMESTAMP'],
    ]);
    const tooLong = { ...relation, name: 'é'.repeat(32) };
    expect(() => createStatements({ ...schema, relations: [tooLong] }, [tooLong.name])).toThrow(/64 bytes/);
  });
});

function withoutSizes({ rowsEstimate: _rows, bytes: _bytes, ...rest }: Relation): unknown {
  return rest;
}
