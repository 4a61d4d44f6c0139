import { expect, test } from 'vitest';
import { reference, relation, schema, text, whole } from '../../tests/examples/schemas.ts';
import { referencesOf } from './references.ts';

test('a reference that not every part of a relation keeps is not declared for its records', () => {
  const keptBy = [{ relation: 'sales_1', name: 'a' }];
  const sales = (everywhere: boolean): ReturnType<typeof referencesOf> =>
    referencesOf(
      schema([
        relation('shops', { id: whole, name: text }),
        relation(
          'sales',
          { id: whole, place: whole },
          { foreignKeys: [{ ...reference('place', 'shops'), parts: { keptBy, everywhere } }] },
        ),
      ]),
    );
  expect(sales(true).map(({ fields, declared }) => [fields.join(), declared])).toEqual([['place', true]]);
  expect(sales(false)).toEqual([]);
});
