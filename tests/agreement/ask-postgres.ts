import { Client } from 'pg';
import { type PostgresMajor, sharedPostgres } from '../servers/index.ts';

/** What a server answers to an expression: a text, NULL, or the SQLSTATE it fails with. */
export type Answer =
  | { readonly value: string | null }
  | { readonly sqlState: string; readonly message: string };

/** One connection that answers many expressions at once; every failure is caught for itself. */
export class AskPostgres {
  readonly major: PostgresMajor;
  readonly #client: Client;

  private constructor(major: PostgresMajor, client: Client) {
    this.major = major;
    this.#client = client;
  }

  static async open(major: PostgresMajor): Promise<AskPostgres> {
    const server = await sharedPostgres(major);
    const client = new Client({ ...server, database: await server.createDatabase() });
    await client.connect();
    await client.query(
      `set timezone = 'UTC'; set lc_numeric = 'C'; set lc_monetary = 'C'; set lc_time = 'C'`,
    );
    await client.query(guard);
    return new AskPostgres(major, client);
  }

  async setDateOrder(order: 'MDY' | 'DMY' | 'YMD'): Promise<void> {
    await this.#client.query(`set datestyle = 'ISO, ${order}'`);
  }

  /** @param expressions SQL whose result has type text */
  async answers(expressions: readonly string[]): Promise<Answer[]> {
    const all: Answer[] = [];
    for (let from = 0; from < expressions.length; from += batch) {
      const { rows } = await this.#client.query<{ ok: boolean; value: string | null; message: string }>(
        'select (a).ok, (a).value, (a).message from (select pg_temp.ask(e) as a, n from unnest($1::text[]) with ordinality as q(e, n)) as x order by n',
        [expressions.slice(from, from + batch)],
      );
      for (const { ok, value, message } of rows)
        all.push(ok ? { value } : { sqlState: value ?? '', message });
    }
    return all;
  }

  async end(): Promise<void> {
    await this.#client.end();
  }
}

const batch = 2_000;

const guard = `
  create type pg_temp.answer as (ok boolean, value text, message text);
  create function pg_temp.ask(expression text) returns pg_temp.answer language plpgsql as $$
  declare found text;
  begin
    execute 'select ' || expression into found;
    return (true, found, '')::pg_temp.answer;
  exception when others then
    return (false, sqlstate, sqlerrm)::pg_temp.answer;
  end $$;
`;

export function quoted(text: string): string {
  return `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
