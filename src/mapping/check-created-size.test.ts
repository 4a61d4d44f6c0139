import { expect, it } from 'vitest';
import { objectMapping, relation, schema, text, whole } from '../../tests/examples/schemas.ts';
import { loadGrammar } from '../expressions/index.ts';
import type { Finding, SystemKind } from '../model/index.ts';
import { checkCreatedSize } from './check-created-size.ts';
import { checkMapping } from './check-mapping.ts';
import type { CheckedObject } from './checked-object.ts';

const wide = (names: readonly string[]): ReturnType<typeof relation> =>
  relation('wide', { 'id!': whole, ...Object.fromEntries(names.map((name) => [name, text])) });
const said = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ code, severity, waivable, detail }) => `${code} ${severity} ${waivable} ${detail}`);

function found(kind: SystemKind, names: readonly string[], created = true): readonly string[] {
  const object = objectMapping({ id: 'id' }, { name: 'wide', source: 'wide', target: 'wide', key: ['id'] });
  const relations = { source: wide(names), target: wide(names) };
  const checked = { object, relations, creation: created ? {} : null } as unknown as CheckedObject;
  return said(checkCreatedSize([checked], schema([], { kind })));
}

const many = (count: number): string[] => Array.from({ length: count }, (_, at) => `f${at}`);

it.each<readonly [SystemKind, number]>([
  ['postgres', 1_600],
  ['mysql', 1_017],
  ['sqlite', 2_000],
])('%s creates relations of %s fields and no more', (kind, most) => {
  expect(found(kind, many(most - 1))).toEqual([]);
  expect(found(kind, many(most), false)).toEqual([]);
  expect(found(kind, many(most))).toEqual([
    `mapping.too-many-fields block false ${most + 1} fields; the target creates at most ${most} in one relation`,
  ]);
});

it('counts the bytes of names where the target does, when the mapping is checked', async () => {
  await loadGrammar();
  const long = `${'é'.repeat(31)}_long`;
  const source = schema([wide(['ü'.repeat(31), long])]);
  const fields = { id: 'id', ['ü'.repeat(31)]: 'ü'.repeat(31), [long]: long };
  const object = { ...objectMapping(fields, { name: 'wide', source: 'wide', target: 'wide' }), create: true };
  const { findings } = checkMapping(
    { formatVersion: 1, objects: [object], leftBehind: [] },
    source,
    schema([], { kind: 'postgres' }),
  );
  expect(said(findings)).toContain(`mapping.name-too-long block false ${long} has 67 bytes; at most 63`);
  expect(findings.filter(({ code }) => code === 'mapping.name-too-long')).toHaveLength(1);
  expect(found('sqlite', [long])).toEqual([]);
});
