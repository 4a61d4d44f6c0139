import { Client } from 'pg';
import { type PostgresMajor, sharedPostgres } from '../../../tests/servers/index.ts';
import type { AgreementCase, Answer } from './agreement-case.contract.ts';

/** Where and how cases are evaluated, when not as they are written in a database of the language's own locale. */
export interface JudgeWorld {
  /** Makes the database `agreement`. */
  readonly database: string;
  /** What else has to be there. */
  readonly prepared: string;
  readonly queryOf: (one: AgreementCase) => string;
}

/** A real PostgreSQL that evaluates cases, each guarded so that its error is its answer. */
export interface Judge extends AsyncDisposable {
  readonly major: PostgresMajor;
  evaluate(cases: readonly AgreementCase[]): Promise<readonly Answer[]>;
}

const guarded = `
  create function evaluate(query text, params text[]) returns text[] language plpgsql as $$
  declare answer text[];
  begin
    execute query into answer using params;
    return array['value'] || answer;
  exception when others then
    return array['error', sqlstate, sqlerrm];
  end $$`;

/** The language's declared locale: libc C.UTF-8, texts compared by bytes. */
const plain: JudgeWorld = {
  database:
    "create database agreement template template0 locale_provider libc locale 'C.UTF-8' encoding 'UTF8'",
  prepared: '',
  queryOf,
};

export async function openJudge(major: PostgresMajor, world: JudgeWorld = plain): Promise<Judge> {
  const server = await sharedPostgres(major);
  const login = { host: server.host, port: server.port, user: server.user, password: server.password };
  const maker = new Client({ ...login, database: 'postgres' });
  await maker.connect();
  const name = `agreement_${process.pid}_${Date.now()}`;
  await maker.query(world.database.replace('agreement', name));
  await maker.end();
  const client = new Client({ ...login, database: name });
  await client.connect();
  await client.query(`${guarded}; ${world.prepared}`);
  return {
    major,
    evaluate: async (cases) => evaluateThere(client, cases, world.queryOf),
    [Symbol.asyncDispose]: async () => {
      await client.end();
    },
  };
}

const batch = 500;

async function evaluateThere(
  client: Client,
  cases: readonly AgreementCase[],
  writeQuery: JudgeWorld['queryOf'],
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (let at = 0; at < cases.length; at += batch) {
    const part = cases
      .slice(at, at + batch)
      .map((one) => ({ q: writeQuery(one), p: one.fields.map(({ value }) => value) }));
    const { rows } = await client.query<{ answer: (string | null)[] }>(
      `select evaluate(c ->> 'q', array(select jsonb_array_elements_text(c -> 'p'))) as answer
         from jsonb_array_elements($1::jsonb) with ordinality as cases(c, place) order by place`,
      [JSON.stringify(part)],
    );
    answers.push(...rows.map(({ answer }) => answerOf(answer)));
  }
  return answers;
}

/** OFFSET 0 keeps the planner from computing with the values before the expression runs. */
function queryOf({ expression, fields }: AgreementCase): string {
  const columns = fields.map(({ type }, at) => `($1)[${at + 1}]::${type} as p${at + 1}`).join(', ');
  const source = `(select ${columns === '' ? '1' : columns} offset 0) v`;
  return `select array[pg_typeof(x)::text, x::text] from (select (${expression}\n) as x from ${source} offset 0) w`;
}

const names: Readonly<Record<string, string>> = {
  boolean: 'bool',
  smallint: 'int2',
  integer: 'int4',
  bigint: 'int8',
  real: 'float4',
  'double precision': 'float8',
  'character varying': 'varchar',
  character: 'bpchar',
  'timestamp without time zone': 'timestamp',
  'timestamp with time zone': 'timestamptz',
  'time without time zone': 'time',
  'time with time zone': 'timetz',
};

function answerOf([kind, first, second]: readonly (string | null)[]): Answer {
  if (kind === 'error') return { kind: 'error', states: [first ?? ''], message: second ?? '' };
  const type = first ?? '';
  const element = type.endsWith('[]') ? type.slice(0, -2) : undefined;
  return {
    kind: 'value',
    type: element === undefined ? (names[type] ?? type) : `${names[element] ?? element}[]`,
    text: second ?? null,
  };
}
