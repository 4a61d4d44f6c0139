import { afterAll, beforeAll, expect, test } from 'vitest';
import { objectMapping } from '../../tests/examples/schemas.ts';
import type { RelationAudit } from './audit-relation.ts';
import type { AuditedMove, MoveSetup } from './audited-move.contract.ts';
import { type AuditTarget, named, onEachTarget } from './each-target.contract.ts';

/** The audit on real systems: what was moved is equal, and every damage planted in the target is named. */

const people = 240;

function peopleSetup({ kind, types }: Pick<AuditTarget, 'kind' | 'types'>): MoveSetup {
  return {
    source: `
      CREATE TABLE people (id INTEGER PRIMARY KEY, first TEXT, last TEXT, note TEXT, amount DECIMAL TEXT(20,4), ratio REAL,
        big INTEGER, at TEXT, seen TEXT, doc JSON TEXT, photo BLOB, active BOOLEAN);
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${people})
      INSERT INTO people SELECT i, 'Zoë ' || i, 'a|b', CASE WHEN i % 3 = 0 THEN NULL WHEN i % 3 = 1 THEN '' ELSE '   ' END,
        i || '.50', i / 7.0, 1234567890123456000 + i, '00:00:00.123', '2026-03-29 01:30:00.25+00',
        '{"b": 1.0, "a": [9007199254740993]}', CAST('x' || i AS BLOB), i % 2 FROM n;
      UPDATE people SET ratio = 1e-14 WHERE id = 6`,
    target: `CREATE TABLE persons (id ${types.whole} NOT NULL, first TEXT, last TEXT, note TEXT,
      amount ${types.amount}, ratio ${types.ratio}, big ${types.whole}, at ${types.time},
      seen ${types.instant}, doc ${types.json}, photo ${types.bytes}, active BOOLEAN)`,
    objects: [
      objectMapping(
        {
          id: 'id',
          first: 'first',
          last: 'last',
          note: 'note',
          amount: 'amount',
          ratio: 'ratio',
          big: 'big',
          at: 'at::time',
          seen: 'seen::timestamptz',
          doc: kind === 'sqlite' ? 'doc' : 'doc::jsonb',
          photo: 'photo',
          active: 'active',
        },
        { name: 'person', source: 'people', target: 'persons', key: ['id'] },
      ),
    ],
  };
}

onEachTarget(({ kind, types, move }) => {
  let moved: AuditedMove;
  beforeAll(async () => {
    moved = await move(peopleSetup({ kind, types }));
    await moved.damage('CREATE TABLE kept AS SELECT * FROM persons');
  });
  afterAll(async () => moved[Symbol.asyncDispose]());
  /** The moved people with one damage, which is mended afterwards; what the audit says. */
  const after = async (damage: string): Promise<RelationAudit> => {
    await moved.damage(damage);
    const audit = await moved.audit('persons');
    await moved.damage('DELETE FROM persons; INSERT INTO persons SELECT * FROM kept');
    return audit;
  };
  const set = (assignment: string, id: number): string => `UPDATE persons SET ${assignment} WHERE id = ${id}`;

  test('a clean move is equal, counted, summed, and says what it evened out', async () => {
    const audit = await after('SELECT 1');
    expect(audit).toMatchObject({
      verdict: 'equal',
      rowsSource: people,
      rowsExpected: people,
      rowsTarget: people,
      differences: [],
      differencesComplete: true,
      unexplainedCount: 0,
      sums: [{ field: 'amount', expected: '29040', actual: '29040' }],
    });
    expect(audit.evidence.expectedDigest).toBe(audit.evidence.actualDigest);
    expect(audit.compared.normalisations.map(({ field }) => field)).toEqual(['amount', 'doc']);
    expect(audit.compared.notCompared).toEqual([]);
  });

  test('X1: every time an hour later, and amounts exchanged between two people', async () => {
    const later = kind === 'sqlite' ? `replace(seen, ' 01:', ' 02:')` : `seen + interval '1 hour'`;
    const shifted = await after(`UPDATE persons SET seen = ${later}`);
    expect(shifted.differences).toHaveLength(people);
    for (const difference of shifted.differences)
      expect(difference).toMatchObject({
        kind: 'changed',
        fields: [{ field: 'seen', how: 'shifted by +1:00 hours, as a lost time zone would' }],
      });
    const swapped = await after(
      `UPDATE persons SET amount = CASE id WHEN 3 THEN 4.5 ELSE 3.5 END WHERE id IN (3, 4)`,
    );
    expect(swapped.differences).toMatchObject([
      { kind: 'swapped', key: '["3"]', with: '["4"]' },
      { kind: 'swapped', key: '["4"]', with: '["3"]' },
    ]);
    expect(swapped.sums).toMatchObject([{ expected: '29040', actual: '29040' }]);
  });

  const unlike = (values: readonly string[]): unknown =>
    expect.toSatisfy((found) => !values.includes(String(found)));
  test.each<[string, string, number, string, unknown, unknown]>([
    [
      'X2: the last digits of a large number',
      'big = 1234567890123456000',
      9,
      'big',
      '1234567890123456009',
      '1234567890123456000',
    ],
    ['X3: parts of a second', "at = '00:00:00.999'", 9, 'at', '00:00:00.123', '00:00:00.999'],
    ['X4: empty text for NULL', "note = ''", 3, 'note', null, ''],
    ['X4: NULL for empty text', 'note = NULL', 4, 'note', '', null],
    ['X4: blanks for empty text', "note = '   '", 4, 'note', '', '   '],
    ['X4: empty text for blanks', "note = ''", 5, 'note', '   ', ''],
    ['X5: a text that looks like no value', "note = '<null>'", 3, 'note', null, '<null>'],
    ['X6: tiny numbers', 'ratio = 2e-14', 6, 'ratio', '1e-14', '2e-14'],
    ['X8: a trailing space', "first = 'Zoë 7 '", 7, 'first', 'Zoë 7', 'Zoë 7 '],
    ['a changed letter', "first = 'Zoé 7'", 7, 'first', 'Zoë 7', 'Zoé 7'],
    ['the other Unicode form', "first = 'Zoe\u0308 7'", 7, 'first', 'Zoë 7', 'Zoe\u0308 7'],
    ['a cent', 'amount = 7.51', 7, 'amount', unlike(['7.51']), unlike(['7.50', '7.5000'])],
    ['a truth', 'active = NOT active', 7, 'active', true, false],
  ])('%s', async (_title, assignment, id, field, expected, actual) => {
    expect(named(await after(set(assignment, id)))).toEqual([
      ['changed', `["${id}"]`, [field, expected, actual]],
    ]);
  });

  test('X5: a mark that wandered from one text into the next', async () => {
    const audit = await after(set("first = 'Zoë 7a', last = '|b'", 7));
    expect(named(audit)).toEqual([['changed', '["7"]', ['first', 'Zoë 7', 'Zoë 7a'], ['last', 'a|b', '|b']]]);
  });

  test('X9: another scale and another spelling of a document are equal; a digit of its numbers is not', async () => {
    const json = (text: string): string => (kind === 'sqlite' ? `'${text}'` : `'${text}'::jsonb`);
    const equal = await after(`UPDATE persons SET doc = ${json('{"a":[9007199254740993],"b":1}')}`);
    expect(equal.verdict).toBe('equal');
    const digit = await after(set(`doc = ${json('{"b": 1.0, "a": [9007199254740992]}')}`, 7));
    expect(digit.differences).toMatchObject([{ kind: 'changed', key: '["7"]', fields: [{ field: 'doc' }] }]);
  });

  test('bytes are compared whole', async () => {
    const bytes = kind === 'sqlite' ? "x'7839'" : "'\\x7839'";
    const audit = await after(set(`photo = ${bytes}`, 7));
    expect(audit.differences).toMatchObject([
      { kind: 'changed', key: '["7"]', fields: [{ field: 'photo' }] },
    ]);
  });

  test('missing, extra, duplicated and moved records are named, each as what it is', async () => {
    const copy = `id + 1000, first, last, note, amount, ratio, big, at, seen, doc, photo, active`;
    const same = copy.replace('id + 1000', 'id');
    const missing = await after('DELETE FROM persons WHERE id = 7');
    expect(missing).toMatchObject({ verdict: 'different', rowsTarget: people - 1 });
    expect(named(missing)).toEqual([['missing', '["7"]']]);
    const extra = await after(`INSERT INTO persons SELECT ${copy} FROM persons WHERE id = 7`);
    expect(named(extra)).toEqual([['extra', '["1007"]']]);
    expect(extra.sums).toMatchObject([{ expected: '29040', actual: '29047.5' }]);
    const duplicated = await after(`INSERT INTO persons SELECT ${same} FROM persons WHERE id = 7`);
    expect(duplicated.differences).toEqual([{ kind: 'duplicated', key: '["7"]', times: 2, expected: 1 }]);
    const elsewhere = await after(`UPDATE persons SET id = 1007 WHERE id = 7`);
    expect(elsewhere.differences).toMatchObject([{ kind: 'moved', key: '["7"]', to: '["1007"]' }]);
  });

  test('a record that cannot be read is named by its place where the target has no key', async () => {
    // PostgreSQL keeps no such records.
    if (kind === 'postgres') return;
    const audit = await after("UPDATE persons SET big = 'many' WHERE id = 7");
    expect(audit.differences).toMatchObject([
      { kind: 'missing', key: '["7"]' },
      { kind: 'unreadable', key: 'persons rowid 7', field: 'big' },
    ]);
  });

  test('more differences than are named are said to be more', async () => {
    await moved.damage('UPDATE persons SET amount = amount + 1');
    const audit = await moved.audit('persons', { differencesMax: 10 });
    await moved.damage('DELETE FROM persons; INSERT INTO persons SELECT * FROM kept');
    expect(audit).toMatchObject({ verdict: 'different', differencesComplete: false });
    expect(audit.differences).toHaveLength(10);
  });

  test('X7: without a key records are compared as they are, as often as they are', async () => {
    const setup: MoveSetup = {
      source: `CREATE TABLE events (kind TEXT, at TEXT);
          INSERT INTO events VALUES ('call', 'monday'), ('call', 'monday'), ('mail', 'monday'), ('mail', NULL)`,
      target: 'CREATE TABLE happened (kind TEXT, at TEXT)',
      objects: [objectMapping({ kind: 'kind', at: 'at' }, { source: 'events', target: 'happened' })],
    };
    const said = async (damage: string): Promise<readonly unknown[]> => {
      await using events = await move(setup);
      await events.damage(damage);
      return (await events.audit('happened')).differences;
    };
    const call = '["call","monday"]';
    expect(await said('SELECT 1')).toEqual([]);
    expect(await said("INSERT INTO happened VALUES ('call', 'monday')")).toEqual([
      { kind: 'duplicated', key: call, times: 3, expected: 2 },
    ]);
    expect(await said("DELETE FROM happened WHERE kind = 'call'")).toMatchObject([
      { kind: 'missing', key: call },
      { kind: 'missing', key: call },
    ]);
    // Two of one kind became two of another: an XOR over both would not move.
    expect(await said("UPDATE happened SET kind = 'mail' WHERE kind = 'call'")).toMatchObject([
      { kind: 'duplicated', key: '["mail","monday"]', times: 3, expected: 1 },
      { kind: 'missing', key: call },
      { kind: 'missing', key: call },
    ]);
    expect(await said("UPDATE happened SET at = 'null' WHERE at IS NULL")).toMatchObject([
      { kind: 'missing', key: '["mail",null]' },
      { kind: 'extra', key: '["mail","null"]' },
    ]);
  });
});
