import { describe, expect, test } from 'vitest';
import {
  type BadRecord,
  type FieldProfile,
  type FieldType,
  type RecordBatch,
  type Relation,
  type RelationProfile,
  type Row,
  type Trait,
  textUnlimited,
  type Value,
} from '../model/index.ts';
import { profileRelation } from './index.ts';

const show = (text: string): string => text;

function relationOf(fields: Readonly<Record<string, FieldType>>, name = 'things'): Relation {
  return {
    name,
    kind: 'table',
    fields: Object.entries(fields).map(([field, type]) => ({
      name: field,
      type,
      native: 'neutral',
      nullable: true,
      default: null,
      generated: 'no',
      synthetic: false,
      comment: null,
    })),
    primaryKey: null,
    uniques: [],
    foreignKeys: [],
    indexes: [],
    checks: [],
    comment: null,
    rowsEstimate: null,
    bytes: null,
    identity: Object.keys(fields).slice(0, 1),
  };
}

async function* inBatches(
  relation: Relation,
  rows: readonly Row[],
  bad: readonly BadRecord[] = [],
  size = 100,
): AsyncGenerator<RecordBatch> {
  const fields = relation.fields.map(({ name }) => name);
  for (let at = 0; at < Math.max(1, rows.length); at += size) {
    yield { relation: relation.name, fields, rows: rows.slice(at, at + size), bad: at === 0 ? bad : [] };
  }
}

async function profileOf(
  fields: Readonly<Record<string, FieldType>>,
  rows: readonly Row[],
  more: { distinctMax?: number; name?: string } = {},
): Promise<RelationProfile> {
  const relation = relationOf(fields, more.name);
  const options = more.distinctMax === undefined ? {} : { distinctMax: more.distinctMax };
  return await profileRelation(inBatches(relation, rows), relation, { mask: show, ...options });
}

/** One text field among many good values. */
async function textField(values: readonly Value[], name = 'words'): Promise<FieldProfile> {
  const { fields } = await profileOf(
    { [name]: textUnlimited },
    values.map((value) => [value]),
  );
  return fields[0]!;
}

function good(count: number): string[] {
  return Array.from(
    { length: count },
    (_, at) =>
      `word${String.fromCharCode(97 + (at % 26))}${String.fromCharCode(97 + (Math.floor(at / 26) % 26))}`,
  );
}

function traitOf(field: FieldProfile, kind: Trait['kind']): Trait | undefined {
  return field.traits.find((trait) => trait.kind === kind);
}

describe('what is planted is found', () => {
  test.each<[Trait['kind'], readonly string[], number]>([
    ['untrimmed', [' left', 'right ', '\u00a0both\t'], 3],
    ['doubled-spaces', ['two  spaces'], 1],
    ['encoding-damage', ['JosÃ©', 'itâ€™s', 'MÃ¼ller', 'ÐŸÑ€Ð¸Ð²ÐµÑ‚', 'Â£5'], 5],
    ['json-in-text', ['{"a":1}', '[1,2]'], 2],
    ['control-characters', ['be\u0007ll', 'next\u0085line', 'nul\0'], 3],
    ['replacement-characters', ['caf\ufffd'], 1],
    ['list-in-text', ['red;green', 'green;blue', 'blue;red;green'], 3],
    ['list-in-text', ['a@example.org,b@example.org'], 1],
    ['case-variants', ['Berlin', 'Berlin', 'BERLIN', 'berlin '], 2],
  ])('%s', async (kind, planted, count) => {
    const field = await textField([...good(50), ...planted]);
    expect(traitOf(field, kind)?.count).toBe(String(count));
    expect(planted.some((text) => traitOf(field, kind)?.example?.includes(text))).toBe(true);
  });

  test('numbers in text, with what keeps them from being numbers', async () => {
    const field = await textField([
      '1',
      '-2.50',
      '1,234.00',
      '€ 5',
      '7,25',
      'n/a',
      ...Array.from({ length: 40 }, (_, at) => `${at}`),
    ]);
    expect(traitOf(field, 'number-in-text')).toMatchObject({ count: '45' });
    expect(traitOf(field, 'number-in-text')?.note).toBe(
      '1 other values are none; 2 with separators, signs or currencies; 1 with a decimal comma, 2 with a point',
    );
    expect(traitOf(await textField(['01067', '04109', '10115', '20095']), 'number-in-text')).toBeUndefined();
  });

  test('mixed, ambiguous and impossible dates', async () => {
    const values = [
      '25/12/2020',
      '13/01/2021',
      '12/31/2020',
      '03/04/2020',
      '31/02/2020',
      '2020-01-02',
      '2020-01-03 10:00:00',
    ];
    const field = await textField(values, 'born');
    expect(traitOf(field, 'date-in-text')?.count).toBe('7');
    expect(traitOf(field, 'mixed-date-styles')?.note).toContain('DD/MM/YYYY');
    expect(traitOf(field, 'impossible-date')).toMatchObject({ count: '1', example: '31/02/2020' });
    expect(traitOf(field, 'zoneless-instant')).toMatchObject({ count: '1', example: '2020-01-03 10:00:00' });
    expect(field.dateStyles.find(({ style }) => style === 'DD/MM/YYYY')).toMatchObject({ ambiguous: '1' });
    const undecided = await textField(['01/02/2020', '03/04/2020']);
    expect(traitOf(undecided, 'date-in-text')?.note).toBe(
      '2 can be read in more than one way, and no value tells which is meant',
    );
  });

  test('days in eight digits are dates, other numbers of eight digits are not', async () => {
    const days = Array.from(
      { length: 40 },
      (_, at) => `2024${String(1 + (at % 12)).padStart(2, '0')}${String(1 + (at % 28)).padStart(2, '0')}`,
    );
    expect((await textField(days)).dateStyles.map(({ style }) => style)).toEqual(['YYYYMMDD']);
    const numbers = Array.from({ length: 40 }, (_, at) => String(20_000_000 + at * 7_919));
    expect((await textField(numbers)).dateStyles).toEqual([]);
    const epochs = Array.from({ length: 40 }, (_, at) => String(1_600_000_000 + at));
    expect((await textField(epochs, 'order_number')).dateStyles).toEqual([]);
    expect((await textField(epochs, 'created_at')).dateStyles.map(({ style }) => style)).toEqual([
      'epoch seconds',
    ]);
  });

  test('values of the wrong type are those the source could not read', async () => {
    const relation = relationOf({ id: { kind: 'integer', bits: 64, signed: true } });
    const bad: BadRecord = {
      key: ['7'],
      where: 'rowid 7',
      original: Buffer.from('seven'),
      code: 'sqlite.wrong-type',
      message: 'no integer',
      field: 'id',
    };
    const profile = await profileRelation(inBatches(relation, [['1']], [bad]), relation, { mask: show });
    expect([profile.rows, profile.badRecords]).toEqual(['2', '1']);
    expect(profile.fields[0]?.traits).toEqual([
      { kind: 'wrong-type', count: '1', example: 'seven', note: null },
    ]);
  });

  test('timestamps without a zone', async () => {
    const { fields } = await profileOf({ at: { kind: 'timestamp', fractionDigits: 6 } }, [
      ['2020-01-01 00:00:00'],
      [null],
    ]);
    expect(fields[0]?.traits).toEqual([
      { kind: 'zoneless-instant', count: '1', example: '2020-01-01 00:00:00', note: 'the type has no zone' },
    ]);
  });
});

describe('clean data has no traits', () => {
  test.each<[string, readonly string[]]>([
    ['words', good(200)],
    [
      'prose with commas and semicolons',
      ['He came; she saw, and they left.', 'Yes, of course; why not?', 'Nothing to add.'],
    ],
    ['places', ['Springfield, IL', 'Chicago, IL', 'Portland, OR', 'Salem, OR']],
    [
      'names',
      [
        'Müller, Ann',
        'Lee, Bo',
        'Straße »Süd«',
        'Spaß»',
        'São Paulo',
        'NÃO',
        'Ångström',
        'Øre',
        'Пример',
        '日本',
      ],
    ],
    [
      'places, two of which are also regions',
      [
        ...Array.from({ length: 12 }, (_, at) => `${'ABCDEFGHIJKL'[at]}town, ${'MNOPQRSTUVWX'[at]}land`),
        'Mland, Nland',
        'Oland, Pland',
      ],
    ],
    ['versions', ['1.2.3', '10.0.1', '2.4.8']],
    ['phones', ['+49 30 123456', '+1 555 0100']],
    ['braces', ['{name}', '[sic]', '{ not json ]']],
  ])('%s', async (_title, values) => {
    expect((await textField(values)).traits).toEqual([]);
  });

  test('typed columns', async () => {
    const { fields, duplicates } = await profileOf(
      {
        id: { kind: 'integer', bits: 64, signed: true },
        born: { kind: 'date' },
        at: { kind: 'instant', fractionDigits: 6 },
        ok: { kind: 'boolean' },
      },
      Array.from({ length: 100 }, (_, at): Row => [String(at), '2020-01-01', '2020-01-01 00:00:00+00', true]),
    );
    expect(fields.flatMap(({ traits }) => traits)).toEqual([]);
    expect(duplicates).toEqual([]);
  });
});

describe('figures', () => {
  test('nulls, empty, blank, distinct, lengths, values', async () => {
    const field = await textField([null, '', '  ', 'a', 'a', 'é💥', null]);
    expect(field).toMatchObject({
      nulls: '2',
      empty: '1',
      blank: '1',
      distinct: { count: '4', exact: true },
    });
    expect([field.charactersMin, field.charactersMax]).toEqual([0, 2]);
    expect(field.values).toEqual([
      { value: 'a', count: '2' },
      { value: '', count: '1' },
      { value: '  ', count: '1' },
      { value: 'é💥', count: '1' },
    ]);
  });

  test('shapes', async () => {
    const { patterns } = await textField(['AB-12', 'XY-99', 'Größe 7', 'x'.repeat(100)]);
    expect(patterns).toEqual([
      { pattern: 'AA-99', count: '2' },
      { pattern: 'Aaaaa 9', count: '1' },
      { pattern: `${'a'.repeat(64)}…`, count: '1' },
    ]);
  });

  test.each<[string, FieldType, readonly string[], string, string]>([
    [
      'integers beyond 2^53',
      { kind: 'integer', bits: 64, signed: true },
      ['9223372036854775806', '9223372036854775807', '-5', '10', '9'],
      '-5',
      '9223372036854775807',
    ],
    [
      'decimals',
      { kind: 'decimal', precision: null, scale: null },
      [
        '10.5',
        '9.75',
        '-0.1',
        '-0.10000000000000000001',
        '12345678901234567890.12',
        '12345678901234567890.1',
      ],
      '-0.10000000000000000001',
      '12345678901234567890.12',
    ],
    ['floats', { kind: 'float', bits: 64 }, ['1e+20', '2', '-1e-05', 'Infinity'], '-1e-05', 'Infinity'],
    [
      'dates',
      { kind: 'date' },
      ['2020-01-01', '0044-03-15 BC', '10000-01-01', '1999-12-31'],
      '0044-03-15 BC',
      '10000-01-01',
    ],
    ['text by code points', textUnlimited, ['\u{1F4A5}', '\uffee', 'z', 'Z'], 'Z', '\u{1F4A5}'],
  ])('the order of %s', async (_title, type, values, min, max) => {
    const { fields } = await profileOf(
      { value: type },
      values.map((value) => [value]),
    );
    expect([fields[0]?.min, fields[0]?.max]).toEqual([min, max]);
  });

  test('with many different values the counts stay, distinct becomes an estimate, late frequent values are found', async () => {
    const values = Array.from({ length: 60_000 }, (_, at) =>
      at > 20_000 && at % 4 === 0 ? 'late@none.com' : at % 5 === 0 ? ' spaced' : `v${at}`,
    );
    const rows = values.map((value): Row => [value]);
    const { fields } = await profileOf({ words: textUnlimited }, rows, { distinctMax: 1_000 });
    const field = fields[0]!;
    const different = new Set(values).size;
    expect(field.distinct.exact).toBe(false);
    expect(Math.abs(Number(field.distinct.count) - different)).toBeLessThan(different * 0.03);
    const spaced = values.filter((value) => value === ' spaced').length;
    expect(traitOf(field, 'untrimmed')?.count).toBe(String(spaced));
    expect(field.values[0]).toEqual({ value: ' spaced', count: String(spaced) });
    expect(field.values[1]?.value).toBe('late@none.com');
    expect(field.patterns.reduce((sum, { count }) => sum + Number(count), 0)).toBe(values.length);
  });
});

describe('duplicates', () => {
  const contacts = {
    id: { kind: 'integer', bits: 64, signed: true },
    email: textUnlimited,
    first_name: textUnlimited,
    last_name: textUnlimited,
    birthdate: { kind: 'date' },
  } as const;
  const rows = Array.from({ length: 30_000 }, (_, at): Value[] => [
    String(at),
    `p${at}@example.org`,
    `F${at % 200}`,
    `L${at}`,
    '1980-01-01',
  ]);

  test('on addresses without case, on ids, on name and day of birth; exact also when keys do not fit into memory', async () => {
    const planted = rows.map((row) => [...row]);
    planted[100]![1] = ' P7@Example.org';
    planted[29_000]![1] = 'p7@example.org';
    planted[25_000]![0] = '3';
    planted[24_000]!.splice(2, 3, 'f5', 'l5 ', '1980-01-01');
    planted[5]!.splice(2, 3, 'F5', 'L5', '1980-01-01');
    planted[6]![1] = null;
    planted[8]![1] = null;
    const { duplicates } = await profileOf(contacts, planted, { name: 'contacts' });
    expect(duplicates.map(({ fields, groups, records }) => [fields.join(), groups, records])).toEqual([
      ['id', '1', '2'],
      ['email', '1', '3'],
      ['first_name,last_name,birthdate', '1', '2'],
    ]);
    expect(duplicates[1]).toMatchObject({
      because: 'looks like an e-mail address, compared without case and extra spaces',
      examples: ['p7@example.org (3 records)'],
    });
  });

  test('none where there are none', async () => {
    expect((await profileOf(contacts, rows, { name: 'contacts' })).duplicates).toEqual([]);
  });
});

test('the same data gives the same bytes, however it is cut into batches', async () => {
  const relation = relationOf({ email: textUnlimited, words: textUnlimited });
  const rows = Array.from({ length: 5_000 }, (_, at): Row => [`p${at % 4_000}@x.org`, `w ${at % 37} ${at}`]);
  const texts = await Promise.all(
    [100, 1_000].map(async (size) =>
      JSON.stringify(
        await profileRelation(inBatches(relation, rows, [], size), relation, {
          mask: show,
          distinctMax: 500,
        }),
      ),
    ),
  );
  expect(texts[0]).toBe(texts[1]);
});

test('examples of personal fields are masked everywhere, others are shown', async () => {
  const relation = relationOf({ email: textUnlimited, status: textUnlimited }, 'contacts');
  const rows: Row[] = [
    [' ann@example.org', 'open'],
    ['bob@example.org', 'closed'],
    ['bob@example.org', 'closed '],
  ];
  const profile = await profileRelation(inBatches(relation, rows), relation, { mask: () => '*' });
  const text = JSON.stringify(profile);
  expect(text).not.toContain('ann');
  expect(text).not.toContain('bob');
  expect(text).toContain('closed');
  expect(profile.duplicates[0]?.examples).toEqual(['* (2 records)']);
  const told = await profileRelation(inBatches(relation, rows), relation, {
    mask: () => '*',
    isPersonal: (_relation, { field }) => field === 'status',
  });
  expect(JSON.stringify(told)).toContain('ann');
  expect(JSON.stringify(told)).not.toContain('closed');
});
