import type { Draw } from '../../../tests/agreement/draw.ts';
import type { TypeName } from '../registry.ts';
import type { AgreementCase } from './agreement-case.contract.ts';
import { drawCount, drawPartOf, drawText, drawValue } from './awkward-values.contract.ts';
import type { Subject } from './declared-cases.contract.ts';

/** What is written with a syntax of its own: fields are named by their types, `$text` becomes a drawn literal. */
export function formSubjects(more: readonly (readonly string[])[] = []): readonly Subject[] {
  return [
    ...[...forms, ...more].map(([expression, ...types]) =>
      form(expression ?? '', types as readonly TypeName[]),
    ),
    likeEscape,
    literalSubject('numeric'),
    literalSubject('text'),
    substringForms,
  ];
}

function form(expression: string, types: readonly TypeName[]): Subject {
  const name = `${expression} [${types.join(', ')}]`;
  return {
    name,
    make: (draw) => ({
      subject: name,
      expression: expression.replace(/\$(\w+)/g, (_, type: TypeName) => literal(draw, type)),
      fields: types.map((type) => ({ type, value: similar(draw, type) })),
    }),
  };
}

/** Values of few kinds, so that two of them are often equal. */
function similar(draw: Draw, type: TypeName): string | null {
  if (draw.chance(0.5)) return drawValue(draw, type);
  if (draw.chance(0.15)) return null;
  if (type === 'text' || type === 'varchar' || type === 'bpchar')
    return draw.of(['a', 'b', 'a ', 'B', '', 'ab']);
  if (type === 'numeric' || type === 'float8') return draw.of(['1', '1.0', '0', '-1', '2.50', '2.5', 'NaN']);
  if (type.startsWith('int')) return String(draw.between(-1, 3));
  if (type === 'text[]') return draw.of(['{a,b}', '{a,NULL}', '{}', '{b}']);
  if (type === 'int4[]') return draw.of(['{1,2}', '{1,NULL}', '{}', '{3}']);
  return drawValue(draw, type);
}

function literal(draw: Draw, type: TypeName): string {
  const value = similar(draw, type);
  if (value === null) return 'null';
  return /^(?:int|numeric)/.test(type) && /^\d+(\.\d+)?$/.test(value)
    ? value
    : `'${value.replaceAll("'", "''")}'`;
}

/** Expression, then the types of p1, p2, ... */
const forms: readonly (readonly string[])[] = [
  ['coalesce(p1, p2)', 'text', 'text'],
  ['coalesce(p1, p2, $numeric)', 'int4', 'numeric'],
  ['coalesce(null, p1, 1.5)', 'int8'],
  ['nullif(p1, p2)', 'int4', 'int4'],
  ['nullif(p1, p2)', 'text', 'varchar'],
  ['nullif(p1, $text)', 'text'],
  ['nullif(p1, p2)', 'int4', 'numeric'],
  ['nullif(p1, p2)', 'bpchar', 'text'],
  ['case when p1 then p2 else p3 end', 'bool', 'int4', 'numeric'],
  ["case p1 when $text then 1 when 'b' then 2 end", 'text'],
  ["case p1 when 1 then 'one' when 2.5 then 'more' else p2 end", 'numeric', 'text'],
  ['case when p1 > 0 then 10 / p1 else 0 end', 'int4'],
  ['case when p1 = 0 then null else 10 / p1 end', 'int4'],
  ['case p1 when p2 then p3 end', 'int4', 'int8', 'varchar'],
  ['p1 between p2 and p3', 'int4', 'int4', 'int4'],
  ['p1 not between p2 and p3', 'text', 'text', 'text'],
  ['p1 between symmetric p2 and p3', 'numeric', 'numeric', 'numeric'],
  ['p1 not between symmetric p2 and p3', 'int4', 'numeric', 'int8'],
  ['p1 in ($int4, $int4, $int4)', 'int4'],
  ['p1 in ($text, $text, null)', 'text'],
  ['p1 not in ($int4, $int4)', 'int4'],
  ['p1 not in ($text, $text, null)', 'text'],
  ['p1 in (1, 2.5, p2)', 'int4', 'numeric'],
  ['p1 in (p2, p3)', 'text', 'varchar', 'text'],
  ['p1 in ($text)', 'bpchar'],
  ['p1 is null', 'text'],
  ['p1 is not null', 'int4'],
  ['p1 is distinct from p2', 'int4', 'int4'],
  ['p1 is distinct from p2', 'numeric', 'int4'],
  ['p1 is not distinct from p2', 'text', 'varchar'],
  ['p1 is not distinct from p2', 'float8', 'numeric'],
  ['p1 is true', 'bool'],
  ['p1 is not true', 'bool'],
  ['p1 is false', 'bool'],
  ['p1 is not false', 'bool'],
  ['p1 is unknown', 'bool'],
  ['p1 is not unknown', 'bool'],
  ['p1 and p2', 'bool', 'bool'],
  ['p1 or p2', 'bool', 'bool'],
  ['not p1', 'bool'],
  ['p1 and p2 or not p3 and p1', 'bool', 'bool', 'bool'],
  ['p1 = 1 or 10 / p1 > 3', 'int4'],
  ['p1 <> 0 and 10 / p1 > 3', 'int4'],
  ['greatest(p1, p2, p3)', 'int4', 'int8', 'numeric'],
  ['least(p1, p2)', 'text', 'text'],
  ['greatest(p1, p2)', 'float8', 'float8'],
  ['least(p1, $numeric, p2)', 'numeric', 'int4'],
  ['greatest(p1, p2)', 'text[]', 'text[]'],
  ['p1 = p2', 'int4', 'int8'],
  ['p1 < p2', 'numeric', 'int4'],
  ['p1 >= p2', 'int2', 'float8'],
  ['p1 <> p2', 'text', 'bpchar'],
  ['p1 = $text', 'varchar'],
  ['p1 < p2', 'varchar', 'varchar'],
  ['p1 = $numeric', 'float8'],
  ['p1 + p2', 'int4', 'int8'],
  ['p1 + p2', 'int2', 'int4'],
  ['p1 * p2', 'numeric', 'int4'],
  ['p1 / p2', 'int4', 'numeric'],
  ['p1 - p2', 'float8', 'int4'],
  ['p1 / p2', 'float4', 'float8'],
  ['p1 + $numeric', 'int4'],
  ['p1 * -1', 'int4'],
  ['- p1', 'int8'],
  ["p1 + '1'", 'int4'],
  ['p1 || p2', 'text', 'int4'],
  ['p1 || p2', 'bool', 'text'],
  ['p1 || p2', 'varchar', 'bpchar'],
  ['p1 || p2', 'bpchar', 'bpchar'],
  ["p1 || 'x'", 'int4'],
  ["p1 || ' ' || p2 || ' ' || p3", 'text', 'numeric', 'float8'],
  ["p1 || 'x'", 'text[]'],
  ["'x' || p1", 'text[]'],
  ['p1 || p2', 'int4[]', 'int8'],
  ['p1 || null', 'int4[]'],
  ['p1 = any(p2)', 'int4', 'int4[]'],
  ['p1 = any(p2)', 'text', 'text[]'],
  ['p1 <> all(p2)', 'int4', 'int4[]'],
  ['p1 > any(p2)', 'numeric', 'int4[]'],
  ['p1 like any(p2)', 'text', 'text[]'],
  ["p1 = any('{1,2,NULL}')", 'int4'],
  ['p1[p2]', 'text[]', 'int4'],
  ['p1[p2][p3]', 'int4[]', 'int4', 'int4'],
  ['p1[p2:p3]', 'int4[]', 'int4', 'int4'],
  ['p1[:p2]', 'text[]', 'int4'],
  ['p1[p2:]', 'text[]', 'int4'],
  ['p1[1:2][p2]', 'int4[]', 'int4'],
  ['array[p1, p2]', 'int4', 'numeric'],
  ['array[p1, null, $text]', 'text'],
  ['array[[p1, p2], [p2, p1]]', 'int4', 'int4'],
  ['array[p1, p2]', 'int4[]', 'int4[]'],
  ['array[p1, p2]::text[]', 'int4', 'numeric'],
  ['array[]::int[] || p1', 'int4'],
  ['p1::numeric(10,2)', 'numeric'],
  ['p1::numeric(5)', 'numeric'],
  ['p1::numeric(4,-2)', 'numeric'],
  ['p1::numeric(2,5)', 'numeric'],
  ['p1::numeric(38,10)', 'text'],
  ['p1::numeric(10,2)', 'float8'],
  ['p1::numeric(10,2)', 'int8'],
  ['p1::varchar(3)', 'text'],
  ['p1::varchar(3)', 'int4'],
  ['p1::char(3)', 'text'],
  ['length(p1::char(4))', 'text'],
  ["p1::char(4) || '|'", 'text'],
  ['p1::char(4) = p2', 'text', 'text'],
  ['p1::varchar(2)[]', 'text[]'],
  ['p1::numeric(6,1)[]', 'text'],
  ['p1::int::text::numeric::int8', 'text'],
  ['cast(p1 as integer)', 'numeric'],
  ['cast(p1 as double precision)', 'text'],
  ['cast(p1 as real)', 'text'],
  ['cast(p1 as smallint)', 'int8'],
  ['p1::int::bool', 'text'],
  ['p1::bool::int', 'text'],
  ['p1::text', 'bool'],
  ['p1::varchar(2)', 'bool'],
  ['p1::int4[]', 'text[]'],
  ['p1::text[]', 'int4[]'],
  ['p1::text', 'numeric[]'],
  ['p1::jsonb::text', 'json'],
  ["p1 -> 'a' ->> 'b'", 'jsonb'],
  ["p1 -> 'a' -> 0", 'jsonb'],
  ["p1 #>> '{a,0,b}'", 'jsonb'],
  ["(p1 ->> 'a')::numeric", 'jsonb'],
  ["to_jsonb(p1) || jsonb_build_object('n', p2)", 'text', 'numeric'],
  ['jsonb_build_object(p1, p2, p3, p4)', 'text', 'float8', 'text', 'bool'],
  ['to_jsonb(p1)', 'float4'],
  ['to_jsonb(p1)', 'text[]'],
  ['to_jsonb(p1)', 'numeric[]'],
  ['to_jsonb(p1)', 'bytea'],
  ['to_jsonb(p1)', 'json'],
  ['trim(p1)', 'text'],
  ['trim(both p2 from p1)', 'text', 'text'],
  ['trim(leading p2 from p1)', 'text', 'text'],
  ['trim(trailing from p1)', 'text'],
  ['trim(p1)', 'bpchar'],
  ['upper(p1)', 'bpchar'],
  ['position(p2 in p1)', 'text', 'text'],
  ['p1 ilike p2', 'text', 'text'],
  ['p1 not like p2', 'text', 'text'],
  ['p1 not ilike p2', 'bpchar', 'text'],
  ["encode(sha256(convert_to(p1, 'UTF8')), 'hex')", 'text'],
  ['md5(p1)', 'bpchar'],
  ['concat(p1, p2, p3)', 'bool', 'bpchar', 'text[]'],
  ["concat_ws(p1, p2, 'x', p3)", 'text', 'int4', 'bool'],
  ['round(p1, 2)', 'int4'],
  ['round(p1)', 'int4'],
  ['abs(p1)', 'text'],
  ['length(p1)', 'int4'],
  ['lower(p1)', 'varchar'],
  ['mod(p1, p2)', 'int2', 'int8'],
  ['repeat(p1, 2)', 'bpchar'],
  ['(p1 + p2) * p3 - p1 / p2', 'numeric', 'numeric', 'numeric'],
  ['p1 % p2', 'int4', 'numeric'],
  ['p1 + p2', 'date', 'int4'],
  ['p1 - p2', 'date', 'date'],
  ['p1 - p2', 'timestamp', 'date'],
  ['p1 < p2', 'date', 'timestamp'],
  ['p1 = p2', 'interval', 'interval'],
  ["p1 + interval '1 day'", 'timestamp'],
  ["p1 - '1 day'", 'timestamptz'],
  ["p1 > '2020-01-01'", 'date'],
  ['p1 between p2 and p3', 'date', 'date', 'timestamp'],
  ['coalesce(p1, p2)', 'date', 'timestamp'],
  ['greatest(p1, p2)', 'timestamp', 'date'],
  ['greatest(p1, p2)', 'interval', 'interval'],
  ['p1 || p2', 'text', 'date'],
  ['p1 || p2', 'timestamptz', 'text'],
  ["concat(p1, ' ', p2)", 'date', 'time'],
  ['to_jsonb(p1)', 'timestamp'],
  ['to_jsonb(p1)', 'timestamptz'],
  ['to_jsonb(p1)', 'date'],
  ['to_jsonb(p1)', 'interval'],
  ['jsonb_build_object(p1, p2)', 'timestamptz', 'timestamp'],
  ["extract(year from p1) || ''", 'timestamp'],
  ["p1 at time zone 'UTC'", 'timestamp'],
  ["to_char(p1, 'YYYY-MM-DD')", 'date'],
  ["to_char(p1, 'FM999990.00')", 'int4'],
  ['p1::timestamp(3)', 'timestamp'],
  ['p1::text::timestamp::date', 'timestamp'],
  ['array[p1, p2]', 'date', 'timestamp'],
  ['p1 in (p2, $text)', 'uuid', 'uuid'],
  ['array_to_string(p1, p2)', 'date[]', 'text'],
  ["case when p1 is null then 'none' when length(p1) > 3 then left(p1, 3) || '...' else p1 end", 'text'],
];

const likeEscape: Subject = {
  name: 'like ... escape',
  make: (draw): AgreementCase => {
    const escape = draw.of(['!', '\\', '', 'a', '%', 'é', 'ab']);
    const text = drawText(draw);
    const pattern = Array.from(text)
      .map((sign) => (draw.chance(0.3) ? draw.of(['%', '_', `${escape}${sign}`, escape]) : sign))
      .join('');
    return {
      subject: 'like ... escape',
      expression: `p1 ${draw.of(['like', 'not like', 'ilike'])} p2 escape '${escape}'`,
      fields: [
        { type: 'text', value: text },
        { type: 'text', value: pattern },
      ],
    };
  },
};

const substringForms: Subject = {
  name: 'substring ... from ... for',
  make: (draw): AgreementCase => ({
    subject: 'substring ... from ... for',
    expression: draw.of([
      'substring(p1 from p2 for p3)',
      'substring(p1 for p3 from p2)',
      'substring(p1 from p2)',
      'substring(p1 for p3)',
      'overlay(p1 placing p4 from p2 for p3)',
      'overlay(p1 placing p4 from p2)',
    ]),
    fields: [
      { type: 'text', value: drawText(draw) },
      { type: 'int4', value: drawCount(draw) },
      { type: 'int4', value: drawCount(draw) },
      { type: 'text', value: drawPartOf(draw, 'abc') },
    ],
  }),
};

/** Constants in the text itself, alone and in an operation. */
function literalSubject(type: TypeName): Subject {
  const name = `literal ${type}`;
  return {
    name,
    make: (draw) => {
      const written = literal(draw, type);
      const expression = draw.of([
        written,
        `${written}::text`,
        `- ${written}`,
        `coalesce(${written}, '1')`,
        `${written} = ${literal(draw, type)}`,
      ]);
      return { subject: name, expression, fields: [] };
    },
  };
}
