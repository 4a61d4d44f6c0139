import type { FieldMapping } from '../../src/model/index.ts';

/** Source fields that mappings compute with, made of `i`; `%bad` says for which records they hold what some of them refuse. */
export const raw = [
  ['first', 'text COLLATE caseless', "CASE WHEN i % 5 > 0 THEN 'Ada' || i END"],
  ['last', 'varchar(30)', "CASE i % 4 WHEN 0 THEN '' WHEN 1 THEN ' Müller  ' ELSE 'O''Neil' END"],
  [
    'status',
    'text COLLATE caseless',
    "CASE WHEN %bad THEN 'ACTIVE' ELSE (ARRAY['active', 'gone', 'new'])[i % 3 + 1] END",
  ],
  [
    'amount',
    'text',
    "CASE WHEN %bad THEN (ARRAY['0x1F', '1_000', 'abc', ''])[i % 4 + 1] ELSE (i * 7)::text END",
  ],
  [
    'born',
    'varchar(20)',
    "CASE WHEN %bad THEN (ARRAY['2024-02-30', '21.11.2026'])[i % 2 + 1] ELSE (DATE '1960-02-27' + i)::text END",
  ],
  ['price', 'numeric(12,4)', 'CASE WHEN %bad THEN i / 7.0 ELSE i / 4.0 END'],
  ['big', 'bigint', 'CASE WHEN %bad THEN 3000000000 + i ELSE i END'],
  [
    'code',
    'varchar(12)',
    "CASE WHEN %bad THEN 'too long ' || i WHEN i % 6 = 0 THEN 'ab   ' ELSE 'k' || i END",
  ],
  [
    'moment',
    'timestamp',
    "'2026-01-01'::timestamp + CASE WHEN %bad THEN interval '1 s' ELSE interval '1 day' END * i",
  ],
  [
    'doc',
    'jsonb',
    "jsonb_build_object('n', i, 'who', CASE WHEN %bad THEN repeat('Ä', 30) ELSE 'É' || i END)",
  ],
  ['score', 'double precision', 'CASE WHEN %bad THEN 1e300 ELSE i / 7.0 END'],
  [
    'stamp',
    'timestamptz',
    "CASE WHEN i % 29 = 4 THEN 'infinity' ELSE '2026-03-29 01:30:00+00'::timestamptz + i * interval '7 h' END",
  ],
  ['photo', 'bytea', "decode(md5(i::text), 'hex')"],
  ['kind', 'mood', "(ARRAY['sad', 'so \"so\"', 'happy'])[i % 3 + 1]::mood"],
] as const;

type Values = FieldMapping['values'];
const statuses: Values = new Map([
  ['active', 'A'],
  ['gone', null],
  ['new', 'N'],
]);
const moods: Values = new Map([
  ['sad', '1'],
  ['so "so"', '2'],
  ['happy', '3'],
]);

/** A target type and the expression that fills it. */
export const computed: readonly (readonly [type: string, from: string, values?: Values])[] = [
  ['text', "concat_ws(' ', first, last)"],
  ['varchar(14)', "trim(coalesce(first, '') || ' ' || trim(last))"],
  ['text', "coalesce(first, nullif(trim(last), ''), 'nobody')"],
  ['text NOT NULL', 'first'],
  ['text', "case status when 'active' then 'on' when 'gone' then 'off' else status end"],
  ['text', "case when first < last or last in ('', 'O''Neil') then last else 'y' end"],
  ['varchar(1)', 'status', statuses],
  ['text', 'status', statuses],
  ['smallint', 'kind', moods],
  ['text', 'kind'],
  ['humour', 'kind'],
  ['humour', "coalesce(nullif(status, 'gone'), 'happy')"],
  ['integer', 'amount::int'],
  ['numeric(8,2)', 'amount::numeric / 4'],
  ['bigint', 'amount::int + big'],
  ['date', 'born::date'],
  ['timestamp', 'born::date'],
  ['numeric(12,2)', 'price'],
  ['integer', 'price::int'],
  ['integer', 'big'],
  ['smallint', 'mod(big, 1000)'],
  ['varchar(5)', 'code'],
  ['varchar(5)', "replace(code, 'k', '')"],
  ['date', 'moment'],
  ['text', 'moment'],
  ['text', "'fixed ''text'''"],
  ['numeric', 'null'],
  ['boolean', "status = 'gone'"],
  ['uuid', 'md5(coalesce(first, last))::uuid'],
  ['text', "lower(coalesce(first, '') || last)"],
  ['varchar(12)', 'upper(last)'],
  ['varchar(20)', "doc ->> 'who'"],
  ['integer', "(doc ->> 'n')::int"],
  ['jsonb', "doc -> 'n'"],
  ['double precision', 'score * 2.5 + 1'],
  ['double precision', 'score * score'],
  ['numeric(12,2)', 'round(score)::numeric'],
  ['boolean', 'score > 3.5'],
  ['timestamptz', "date_trunc('month', stamp)"],
  ['numeric', 'extract(year from stamp)'],
  ['date', 'stamp::date'],
  ['text', "encode(photo, 'hex')"],
];

export const rules: readonly (readonly [when: string, reason: string])[] = [
  ["status = 'gone'", 'no longer there'],
  ['big % 5 = 0', 'every fifth'],
  ['amount::int > 500', 'too much'],
  ["first is null and last = ''", 'nameless'],
  ["lower(last) like 'm%'", 'by its letter'],
  ["doc ->> 'n' = '7'", 'by its document'],
];
