import { beforeAll, expect, it } from 'vitest';
import { countStructure } from '../../tests/proofs/structure/count-structure.ts';
import { createStructure } from '../../tests/proofs/structure/create-structure.ts';
import { everyKind } from '../../tests/proofs/structure/every-kind.ts';
import { onEachServer } from '../connectors/postgres/on-each-server.contract.ts';
import { loadGrammar } from '../expressions/index.ts';

beforeAll(loadGrammar);

/** What two schemas have to agree in, in the server's own words; names of schemas are in none of them. */
const catalog = `
  WITH here AS (SELECT oid FROM pg_namespace WHERE nspname = current_schema()),
    own AS (SELECT c.* FROM pg_class AS c JOIN here ON c.relnamespace = here.oid WHERE c.relkind IN ('r', 'p'))
  SELECT concat_ws(' | ', 'constraint', c.relname, r.conname, pg_get_constraintdef(r.oid), r.convalidated, r.condeferrable, r.condeferred)
    FROM own AS c JOIN pg_constraint AS r ON r.conrelid = c.oid WHERE r.contype <> 'n' OR NOT c.relispartition
  UNION ALL SELECT concat_ws(' | ', 'index', c.relname, pg_get_indexdef(i.indexrelid, 0, true), i.indisvalid, i.indisclustered, i.indisreplident)
    FROM own AS c JOIN pg_index AS i ON i.indrelid = c.oid
  UNION ALL SELECT concat_ws(' | ', 'field', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attcollation::regcollation, a.attnotnull,
      a.attidentity, a.attgenerated, a.attstorage, a.attcompression, greatest(a.attstattarget, -1), a.attoptions, pg_get_expr(d.adbin, d.adrelid),
      col_description(c.oid, a.attnum))
    FROM own AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
  UNION ALL SELECT concat_ws(' | ', 'relation', c.relname, c.relkind, c.reloptions, t.reloptions, c.relreplident, obj_description(c.oid, 'pg_class'))
    FROM own AS c LEFT JOIN pg_class AS t ON t.oid = c.reltoastrelid
  UNION ALL SELECT concat_ws(' | ', 'sequence', s.sequencename, s.data_type, s.start_value, s.min_value, s.max_value, s.increment_by, s.cycle, s.cache_size)
    FROM pg_sequences AS s WHERE s.schemaname = current_schema()
  UNION ALL SELECT concat_ws(' | ', 'statistics', regexp_replace(pg_get_statisticsobjdef(s.oid), ' [^ ]*[.]| "contract [0-9a-f]*"[.]', ' '), greatest(s.stxstattarget, -1))
    FROM pg_statistic_ext AS s JOIN here ON s.stxnamespace = here.oid`;

onEachServer('every kind of thing in a schema', (server) => {
  it('is created as it was, or told', async () => {
    await using from = await server.open(everyKind(server.access().major), 'source');
    await using to = await server.open('SELECT 1');
    const { source, target, findings } = await createStructure(from.system, to.system);
    const { kinds, lost } = countStructure(source, target, findings);
    expect(lost).toEqual([]);
    for (const kind of carriedKinds)
      expect(kinds[kind], kind).toMatchObject({ target: kinds[kind]?.source, told: 0 });
    for (const kind of toldKinds)
      expect(kinds[kind], kind).toMatchObject({ target: 0, told: kinds[kind]?.source });
    expect([...carriedKinds, ...toldKinds, ...mixedKinds].toSorted()).toEqual(Object.keys(kinds).toSorted());
    const [was, is] = [await from.ask(catalog), await to.ask(catalog)].map((rows) =>
      rows.map(String).toSorted(),
    );
    // Sequences that nobody uses are told.
    expect(is).toEqual(was?.filter((row) => !row.startsWith('sequence | nobodys')));
  });
});

const carriedKinds = [
  'relation',
  'field',
  'index',
  'check',
  'primary key',
  'foreign key',
  'unique key',
  'collation',
  'constraint',
  'domain',
  'enum',
  'extension',
  'index-setting',
  'partition',
  'range',
  'setting',
  'statistics',
  'event-trigger',
];
const toldKinds = [
  'cast',
  'grant',
  'materialized-view',
  'operator',
  'operator-class',
  'owner',
  'policy',
  'property',
  'publication',
  'rule',
  'text-search',
  'trigger',
  'view',
];
/** Some of them are used by relations, or are on what comes along. */
const mixedKinds = ['comment', 'composite', 'function', 'sequence'];

onEachServer('keys of fields that are renamed', (server) => {
  it('keep what their indexes say besides fields', async () => {
    await using from = await server.open(
      `CREATE TABLE a (id integer CONSTRAINT a_id PRIMARY KEY, "b, c" integer, d text COLLATE "C", e integer, f integer,
         CONSTRAINT alike UNIQUE NULLS NOT DISTINCT ("b, c", d) INCLUDE (e) WITH (fillfactor = 70), UNIQUE (e, f), CONSTRAINT further UNIQUE (e) INCLUDE (f));
       CREATE UNIQUE INDEX sorted ON a (d text_pattern_ops DESC NULLS LAST, "b, c") INCLUDE (id);
       ALTER TABLE a ADD CONSTRAINT up FOREIGN KEY (e, f) REFERENCES a (e, f) MATCH FULL ON DELETE SET NULL (f) NOT VALID`,
      'source',
    );
    await using to = await server.open('SELECT 1');
    const names = new Map(Object.entries({ id: 'key', 'b, c': 'odd "name"', d: 'word', e: 'one', f: 'two' }));
    const { findings } = await createStructure(from.system, to.system, (mapping) => ({
      ...mapping,
      objects: mapping.objects.map((object) => ({
        ...object,
        target: 'z',
        key: ['key'],
        fields: object.fields.map((field) => ({ ...field, field: names.get(field.field) ?? field.field })),
      })),
    }));
    expect(findings.filter(({ code }) => code !== 'mapping.constraint-unproven')).toEqual([]);
    const made = await to.ask(
      `SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'z'::regclass AND contype <> 'n' ORDER BY conname COLLATE "C"`,
    );
    expect(made.flat()).toEqual([
      'UNIQUE (one, two)',
      'PRIMARY KEY (key)',
      'UNIQUE NULLS NOT DISTINCT ("odd ""name""", word) INCLUDE (one)',
      'UNIQUE (one) INCLUDE (two)',
      'FOREIGN KEY (one, two) REFERENCES z(one, two) MATCH FULL ON DELETE SET NULL (two) NOT VALID',
    ]);
    expect(await to.ask(`SELECT reloptions::text FROM pg_class WHERE oid = 'alike'::regclass`)).toEqual([
      ['{fillfactor=70}'],
    ]);
    const [[sorted]] = (await to.ask(`SELECT pg_get_indexdef('sorted'::regclass, 0, true)`)) as [[string]];
    expect(sorted).toContain(
      'USING btree (word text_pattern_ops DESC NULLS LAST, "odd ""name""") INCLUDE (key)',
    );
  });
});
