import { beforeAll, describe, expect, test } from 'vitest';
import { loadGrammar } from '../../src/expressions/index.ts';
import { checkMapping } from '../../src/mapping/index.ts';
import { describeFieldType, findRelation } from '../../src/model/index.ts';
import { sharedMariadb, sharedPostgres, skipWithoutMariadb, skipWithoutPostgres } from '../servers/index.ts';
import { systems, typeGroups } from './cells.ts';
import { verdictOf } from './conditions.ts';
import { declaredColumn } from './filled-source.ts';
import { copyOf } from './moved-table.ts';
import { plainMariadb } from './plain-mariadb.ts';
import { plainPostgres } from './plain-postgres.ts';
import { plainSqlite } from './plain-sqlite.ts';
import type { PlainSystem } from './plain-system.ts';
import type { SystemName } from './tested-type.ts';
import { tryMatrix } from './try-matrix.ts';

/**
 * Every cell of `docs/reference/fidelity.md`: here a share of the target tables with a new seed in every run, in full by
 * `npm run prove -- fidelity`. GODWIT_SEED to repeat.
 */
const seed = Number(process.env['GODWIT_SEED'] ?? Date.now() % 1_000_000);
const skip: Readonly<Record<SystemName, boolean>> = {
  postgres: skipWithoutPostgres(18),
  mariadb: skipWithoutMariadb(),
  sqlite: false,
};
const make: Readonly<Record<SystemName, () => Promise<PlainSystem>>> = {
  postgres: async () => plainPostgres(await sharedPostgres(seed % 2 === 0 ? 18 : 15)),
  mariadb: async () => plainMariadb(await sharedMariadb()),
  sqlite: plainSqlite,
};
const there = systems.filter((system) => !skip[system]);

beforeAll(loadGrammar);

test(`values arrive equal or were counted beforehand (GODWIT_SEED=${seed})`, {
  timeout: 300_000,
}, async () => {
  const pairs = await tryMatrix({
    make: Object.fromEntries(there.map((system) => [system, make[system]])),
    seed,
    valuesPerType: 12,
    share: 0.2,
    say: () => undefined,
  });
  expect(pairs.flatMap(({ differences }) => differences)).toEqual([]);
  expect(pairs.flatMap(({ wronglyExact }) => wronglyExact)).toEqual([]);
  expect(pairs.reduce((sum, { arrived }) => sum + arrived, 0)).toBeGreaterThan(100);
});

describe.each(there.map((system) => [system] as const))('the table, %s', (system) => {
  test('understands every type as the shelf does', async () => {
    const types = typeGroups[system].flat();
    await using plain = await make[system]();
    const columns = types.map((type, at) => `, ${declaredColumn(`c${at}`, type)}`).join('');
    await plain.run(`CREATE TABLE every (id integer NOT NULL PRIMARY KEY${columns})`);
    await using opened = await plain.open('source');
    const relation = findRelation(await opened.inspects.inspect(), 'every');
    const told = types.map(({ native, model }) => [
      native,
      describeFieldType({ ...model, ...(model.kind === 'enum' && { name: 'e' }) }),
    ]);
    const found = types.map(({ native }, at) => {
      const type = relation!.fields.find(({ name }) => name === `c${at}`)!.type;
      return [native, describeFieldType(type.kind === 'enum' ? { ...type, name: 'e' } : type)];
    });
    expect(told).toEqual(found);
  });

  test.each(there.map((other) => [other] as const))(
    'says no to what is impossible before anything runs, to %s',
    async (other) => {
      const [from, to] = [typeGroups[system].flat(), typeGroups[other].flat()];
      await using source = await make[system]();
      await using target = await make[other]();
      const sources = from.map((type, at) => `, ${declaredColumn(`c${at}`, type)}`).join('');
      await source.run(`CREATE TABLE old (id integer NOT NULL PRIMARY KEY${sources})`);
      const impossible = to.map((type) =>
        from.flatMap((one, at) => (verdictOf(one, type).mark === 'impossible' ? [at] : [])),
      );
      for (const [at, type] of to.entries()) {
        const fields = (impossible[at] ?? []).map((one) => `, ${declaredColumn(`c${one}`, type)}`).join('');
        await target.run(`CREATE TABLE new_${at} (id integer NOT NULL PRIMARY KEY${fields})`);
      }
      const objects = to.map((_type, at) =>
        copyOf({
          source: { name: 'old', columns: [], records: 0 },
          target: `new_${at}`,
          create: false,
          fields: (impossible[at] ?? []).map((one) => `c${one}`),
        }),
      );
      await using opened = {
        from: await source.open('source'),
        to: await target.open('target'),
        [Symbol.asyncDispose]: async () => undefined,
      };
      const { findings } = checkMapping(
        { formatVersion: 1, objects, leftBehind: [] },
        await opened.from.inspects.inspect(),
        await opened.to.inspects.inspect(),
      );
      const refused = findings.filter(({ code, waivable }) => code === 'mapping.no-assignment' && !waivable);
      expect(refused.length).toBe(impossible.flat().length);
      await opened.from[Symbol.asyncDispose]();
      await opened.to[Symbol.asyncDispose]();
    },
  );
});
