import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { floatText } from '../../src/model/index.ts';
import { sharedPostgres, skipWithoutPostgres } from '../servers/index.ts';

/** Round decimals, powers of two and sums of them: where the shortest text is decided by a hair. */
const nearTies = fc
  .tuple(fc.integer({ min: -330, max: 308 }), fc.integer({ min: 1, max: 99 }), fc.boolean())
  .map(([exponent, digits, two]) => (two ? digits * 2 ** (exponent * 3) : Number(`${digits}e${exponent}`)))
  .filter(Number.isFinite);
const largeWhole = fc
  .tuple(fc.maxSafeInteger(), fc.integer({ min: 0, max: 80 }))
  .map(([whole, power]) => whole * 2 ** power);
const numbers = fc.oneof(fc.double({ noNaN: true }), nearTies, largeWhole);

describe.skipIf(skipWithoutPostgres(15))('float text', () => {
  let client: pg.Client;
  beforeAll(async () => {
    const { host, port, user, password } = await sharedPostgres(15);
    client = new pg.Client({ host, port, user, password, database: 'postgres' });
    await client.connect();
  });
  afterAll(async () => client.end());

  test('is what PostgreSQL prints', async () => {
    const batches = process.env['GODWIT_PROVE'] === '1' ? 200 : 4;
    await fc.assert(
      fc.asyncProperty(fc.array(numbers, { minLength: 2_000, maxLength: 2_000 }), async (values) => {
        const { rows } = await client.query<[string]>({
          text: 'select x::float8::text from unnest($1::text[]) with ordinality as u(x, n) order by n',
          values: [values.map((value) => (Object.is(value, -0) ? '-0' : String(value)))],
          rowMode: 'array',
        });
        expect(values.map(floatText)).toEqual(rows.map(([text]) => text));
      }),
      { numRuns: batches, endOnFailure: true },
    );
  });
});
