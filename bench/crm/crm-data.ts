import type { CrmTable } from './crm-tables.ts';

/** Records of each table at the full size. */
const rowsFull: Readonly<Record<CrmTable, number>> = {
  accounts: 200_000,
  contacts: 1_000_000,
  deals: 500_000,
  activities: 3_000_000,
};

export function rowsAt(scale: number): Readonly<Record<CrmTable, number>> {
  const rows = (table: CrmTable): number => Math.max(1, Math.round(rowsFull[table] * scale));
  return {
    accounts: rows('accounts'),
    contacts: rows('contacts'),
    deals: rows('deals'),
    activities: rows('activities'),
  };
}

/**
 * Statements that fill the tables. Every value follows from the record's number and a salt, so any two databases of one
 * scale hold the same. `dice` is an even draw, `one_of` takes a word, `prose` a piece of text that is never the same twice.
 */
export function fillStatements(scale: number): readonly string[] {
  const { accounts, contacts, deals, activities } = rowsAt(scale);
  return [
    'SET synchronous_commit = off',
    tools,
    `INSERT INTO crm.accounts SELECT i,
       CASE WHEN i > 100 AND bench.dice(i, 1, 5) = 0 THEN 1 + bench.dice(i, 2, 100) END, md5('account ' || i)::uuid,
       concat_ws(' ', bench.one_of('company', i, 3), bench.one_of('company', i, 4), bench.one_of('form', i, 5), bench.dice(i, 6, 1000)),
       CASE WHEN bench.dice(i, 7, 10) > 0 THEN 'www.' || to_hex(bench.dice(i, 8, 16777216)) || '.example.com' END,
       CASE WHEN bench.dice(i, 9, 20) > 0 THEN bench.one_of('industry', i, 10) END,
       CASE WHEN bench.dice(i, 11, 4) > 0 THEN bench.dice(i, 12, 50000)::int END,
       CASE WHEN bench.dice(i, 13, 4) > 0 THEN (bench.dice(i, 14, 100000000000)::numeric / 100)::numeric(16,2) END,
       bench.one_of('country', i, 15),
       CASE WHEN bench.dice(i, 16, 10) > 0 THEN jsonb_build_object('street', 1 + bench.dice(i, 17, 300) || ' ' || bench.one_of('company', i, 18) || ' Road',
         'city', bench.one_of('family', i, 19) || ' Bay', 'zip', lpad(bench.dice(i, 20, 100000)::text, 5, '0'),
         'place', jsonb_build_array(bench.dice(i, 21, 1800000) / 10000.0 - 90, bench.dice(i, 22, 3600000) / 10000.0 - 180)) END,
       CASE WHEN bench.dice(i, 23, 3) > 0 THEN bench.prose(i, 24, 60, 240) END, bench.dice(i, 25, 10) > 0,
       bench.instant(i, 26, '2015-01-01Z', 315360000), CASE WHEN bench.dice(i, 27, 3) > 0 THEN bench.instant(i, 28, '2025-01-01Z', 31536000) END
     FROM generate_series(1, ${accounts}) AS i`,
    `INSERT INTO crm.contacts SELECT i, 1 + bench.dice(i, 31, ${accounts}), bench.one_of('given', i, 32), bench.one_of('family', i, 33),
       substr(md5('contact ' || i), 1, 6) || '.' || i || '@' || bench.one_of('host', i, 34),
       CASE WHEN bench.dice(i, 35, 5) > 0 THEN '+' || 1 + bench.dice(i, 36, 90) || ' ' || lpad(bench.dice(i, 37, 1000000000)::text, 9, '0') END,
       CASE WHEN bench.dice(i, 38, 5) > 0 THEN bench.one_of('job', i, 39) END,
       CASE WHEN bench.dice(i, 40, 3) = 0 THEN '1950-01-01'::date + bench.dice(i, 41, 18000)::int END,
       CASE WHEN bench.dice(i, 42, 2) = 0 THEN bench.dice(i, 43, 101)::smallint END, bench.dice(i, 44, 12) = 0,
       CASE WHEN bench.dice(i, 45, 10) > 2 THEN jsonb_build_object('from', bench.one_of('industry', i, 46), 'score', bench.dice(i, 47, 1000) / 10.0,
         'agreed', bench.dice(i, 48, 2) = 0, 'speaks', jsonb_build_array(lower(bench.one_of('country', i, 49)), lower(bench.one_of('country', i, 50)))) END,
       CASE WHEN bench.dice(i, 51, 4) = 0 THEN bench.prose(i, 52, 30, 120) END,
       bench.instant(i, 53, '2015-01-01Z', 315360000), CASE WHEN bench.dice(i, 54, 3) > 0 THEN bench.instant(i, 55, '2025-01-01Z', 31536000) END
     FROM generate_series(1, ${contacts}) AS i`,
    `INSERT INTO crm.deals SELECT i, 1 + bench.dice(i, 61, ${accounts}), CASE WHEN bench.dice(i, 62, 8) > 0 THEN 1 + bench.dice(i, 63, ${contacts}) END,
       bench.one_of('company', i, 64) || ' – ' || bench.prose(i, 65, 15, 45), bench.one_of('stage', i, 66),
       CASE WHEN bench.dice(i, 67, 20) > 0 THEN (bench.dice(i, 68, 100000000)::numeric / 100)::numeric(14,2) END,
       CASE WHEN bench.dice(i, 69, 5) > 0 THEN bench.dice(i, 70, 10000) / 10000.0::float8 END, bench.one_of('currency', i, 71),
       CASE WHEN bench.dice(i, 72, 4) > 0 THEN '2023-01-01'::date + bench.dice(i, 73, 1400)::int END,
       CASE WHEN bench.dice(i, 74, 3) = 0 THEN bench.instant(i, 75, '2023-01-01Z', 94608000) END,
       CASE WHEN bench.dice(i, 76, 2) = 0 THEN jsonb_build_object('region', bench.one_of('country', i, 77), 'seats', bench.dice(i, 78, 5000),
         'options', jsonb_build_array('sso', 'audit'), 'note', bench.prose(i, 79, 20, 1)) END,
       bench.instant(i, 80, '2018-01-01Z', 220752000)
     FROM generate_series(1, ${deals}) AS i`,
    `INSERT INTO crm.activities SELECT i, 1 + bench.dice(i, 91, ${contacts}), CASE WHEN bench.dice(i, 92, 3) = 0 THEN 1 + bench.dice(i, 93, ${deals}) END,
       bench.one_of('activity', i, 94), CASE WHEN bench.dice(i, 95, 10) > 0 THEN bench.prose(i, 96, 15, 45) END,
       CASE WHEN bench.dice(i, 97, 8) > 0 THEN bench.prose(i, 98, 40, 260) || bench.one_of('ending', i, 99) END,
       CASE WHEN bench.dice(i, 100, 2) = 0 THEN bench.dice(i, 101, 7200)::int END,
       CASE WHEN bench.dice(i, 102, 4) = 0 THEN (bench.dice(i, 103, 10000000)::numeric / 10000)::numeric(10,4) END,
       CASE WHEN bench.dice(i, 104, 2) = 0 THEN jsonb_build_object('address', concat_ws('.', 1 + bench.dice(i, 105, 223), bench.dice(i, 106, 256), bench.dice(i, 107, 256), 7),
         'by', bench.one_of('agent', i, 108), 'ok', bench.dice(i, 109, 9) > 0, 'n', bench.dice(i, 110, 100000)) END,
       bench.instant(i, 111, '2019-01-01Z', 189216000), bench.instant(i, 112, '2019-01-01Z', 189216000)
     FROM generate_series(1, ${activities}) AS i`,
    'DROP SCHEMA bench CASCADE',
  ];
}

const words: Readonly<Record<string, readonly string[]>> = {
  company:
    'alder,Baltic,Copper,Dune,Élan,Fjord,Ginkgo,Höhe,Islet,Jura,Kestrel,Lagoon,Mistral,Nørre,O’Dell,Prairie,Quarry,Rönn,Sáng,Tundra,Umbra,Vega,Willow,Xenia,Ystad,Žitný,大和,Åland'.split(
      ',',
    ),
  form: 'Ltd,GmbH,Inc.,S.A.,LLC,plc,AG,Oy,Kft.,BV,Co'.split(','),
  given:
    'Ada,Björn,Chloé,Dmitri,Eszter,Farah,Grace,Hiro,Inés,Jörg,Kofi,Łucja,Maeve,Núria,Otto,Priya,Quinn,Rasmus,Søren,Tomáš,Uma,Víctor,Wanjiru,Xin,Yara,Zoë'.split(
      ',',
    ),
  family:
    `Abe,Becker,Çelik,D'Arcy,Eriksen,Ferrari,Gómez,Hughes,Ito,Jansen,Kaya,Lindqvist,Møller,Nowak,O'Brien,Petrov,Quispe,Rao,Schäfer,Tóth,Ueda,Varga,Weiß,Xu,Yılmaz,Zhang`.split(
      ',',
    ),
  industry: 'software,retail,banking,transport,health,energy,education,machines,press,insurance'.split(','),
  country: 'US,DE,FR,GB,IN,JP,BR,CA,AU,NL,PL,ES,IT,SE,CZ,DK'.split(','),
  host: ['example.com', 'mail.example.org', 'office.example.net'],
  job: ['Buyer', 'Head of sales', 'Engineer', 'Office manager', 'Analyst', 'Directrice générale', 'Founder'],
  stage: 'prospect,qualified,offer,negotiation,won,lost'.split(','),
  currency: 'USD,EUR,GBP,JPY,INR,CHF'.split(','),
  activity: 'call,email,meeting,task,note,demo'.split(','),
  agent: 'web,ios,android,api'.split(','),
  // Most activities end plainly; the rest with what breaks a text format that was escaped badly.
  ending: [
    ...Array.from({ length: 44 }, () => ''),
    '\n--\nsent\tfrom afar',
    ' C:\\temp\\a.txt',
    '\n"yes", she said',
    ' 日本語 ✓ 🚀',
  ],
};

const sentence =
  'the customer asked about a renewal and we agreed to send another offer before Friday because their team needs approval from finance, ' +
  'the contract was delayed by holidays, please update the délai, naïve as it is, über alles "quoted", 10% off, it’s done; next steps follow. ';

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const tools = `
  CREATE SCHEMA bench;
  CREATE FUNCTION bench.dice(i bigint, salt bigint, sides bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS 'SELECT (hashint8extended($1, $2) & 9223372036854775807) % $3';
  CREATE FUNCTION bench.words(kind text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$ SELECT CASE kind
    ${Object.entries(words)
      .map(([kind, list]) => `WHEN ${quoted(kind)} THEN ARRAY[${list.map(quoted).join(',')}]`)
      .join('\n    ')} END $$;
  CREATE FUNCTION bench.one_of(kind text, i bigint, salt bigint) RETURNS text LANGUAGE sql IMMUTABLE
    AS 'SELECT (bench.words($1))[1 + (hashint8extended($2, $3) & 9223372036854775807) % cardinality(bench.words($1))]';
  CREATE FUNCTION bench.instant(i bigint, salt bigint, since text, seconds bigint) RETURNS timestamptz LANGUAGE sql STABLE
    AS $$ SELECT since::timestamptz + bench.dice(i, salt, seconds) * interval '1 s' + bench.dice(i, salt + 1000, 1000000) * interval '1 us' $$;
  CREATE FUNCTION bench.text() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT repeat(${quoted(sentence)}, 34) $$;
  CREATE FUNCTION bench.prose(i bigint, salt bigint, shortest bigint, spread bigint) RETURNS text LANGUAGE sql IMMUTABLE
    AS $$ SELECT substr(bench.text(), 1 + bench.dice(i, salt, 8000)::int, (shortest + bench.dice(i, salt + 2000, spread))::int) $$`;
