import { AssociationTypes } from '@hubspot/api-client';
import { AssociationSpecAssociationCategoryEnum as Category } from '@hubspot/api-client/lib/codegen/crm/associations/v4/index.js';
import { expect, test } from 'vitest';
import { vendorTypes } from './association-types.ts';
import { openVisit } from './official-client.contract.ts';
import { standardTypes } from './standard-objects.ts';

const defined = Category.HubspotDefined;
/** The client calls it a text, the vendor's pages show a number. */
const idOf = ({ toObjectId }: { readonly toObjectId: string | number }) => String(toObjectId);

test('the numbers of links are those of the client', () => {
  const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
  const lower = (word: string) => word.charAt(0).toLowerCase() + word.slice(1);
  // The vendor's own name of a meeting is MEETING_EVENT.
  const wordOf = (name: string) => name.toLowerCase().replace('_event', '');
  const ours = standardTypes.flatMap((from) =>
    standardTypes.flatMap((to) =>
      vendorTypes(from, to).map(({ typeId, primary }) => {
        const plain = `${lower(wordOf(from.singular))}To${capital(wordOf(to.singular))}`;
        return [primary ? `primary${capital(plain)}` : plain, typeId] as const;
      }),
    ),
  );
  expect(ours.length).toBeGreaterThan(50);
  const theirs = AssociationTypes as unknown as Readonly<Record<string, number>>;
  expect(ours.filter(([name, typeId]) => theirs[name] !== typeId)).toEqual([]);
});

test('links with types and labels: made, read from both ends, unlabelled, taken away', async () => {
  await using visit = await openVisit();
  const { contacts, companies, associations } = visit.client().crm;
  const { basicApi, batchApi } = associations.v4;
  const definitions = associations.v4.schema.definitionsApi;
  const contact = await contacts.basicApi.create({ properties: { email: 'ada@example.com' } });
  const first = await companies.basicApi.create({ properties: { name: 'First' } });
  const second = await companies.basicApi.create({ properties: { name: 'Second' } });
  const label = await visit.known(
    definitions.create('contacts', 'companies', {
      label: 'Founder',
      name: 'founder',
      inverseLabel: 'Founded by',
    }),
  );
  const [there] = label.results;
  expect(label.results).toMatchObject([{ category: 'USER_DEFINED', label: 'Founder' }]);
  const known = await visit.known(definitions.getAll('contacts', 'companies'));
  expect(known.results).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ typeId: AssociationTypes.contactToCompany, category: 'HUBSPOT_DEFINED' }),
      expect.objectContaining({ typeId: there?.typeId, label: 'Founder' }),
    ]),
  );
  const plain = await visit.known(basicApi.createDefault('contacts', contact.id, 'companies', first.id));
  expect(plain.results).toMatchObject([{ _from: { id: contact.id }, to: { id: first.id } }]);
  const named = await visit.known(
    basicApi.create('contacts', contact.id, 'companies', second.id, [
      { associationCategory: Category.UserDefined, associationTypeId: there?.typeId ?? 0 },
    ]),
  );
  expect(named.labels).toEqual(['Founder']);
  const page = await visit.known(basicApi.getPage('contacts', contact.id, 'companies'));
  expect(page.results.map(idOf).sort()).toEqual([first.id, second.id].sort());
  const ofSecond = await visit.known(basicApi.getPage('companies', second.id, 'contacts'));
  expect(ofSecond.results[0]?.associationTypes.map(({ label: one }) => one)).toContain('Founded by');
  const primary = page.results.find((linked) => idOf(linked) === first.id);
  expect(primary?.associationTypes.map(({ typeId }) => typeId)).toContain(
    AssociationTypes.primaryContactToCompany,
  );
  await definitions.update('contacts', 'companies', {
    associationTypeId: there?.typeId ?? 0,
    label: 'Owner',
  });
  const renamed = await definitions.getAll('contacts', 'companies');
  expect(renamed.results.map(({ label: one }) => one)).toContain('Owner');
  await batchApi.archiveLabels('contacts', 'companies', {
    inputs: [
      {
        _from: { id: contact.id },
        to: { id: second.id },
        types: [{ associationCategory: Category.UserDefined, associationTypeId: there?.typeId ?? 0 }],
      },
    ],
  });
  const bare = await basicApi.getPage('companies', second.id, 'contacts');
  expect(bare.results[0]?.associationTypes.map(({ label: one }) => one)).not.toContain('Founded by');
  await batchApi.archive('contacts', 'companies', {
    inputs: [{ _from: { id: contact.id }, to: [{ id: first.id }, { id: second.id }] }],
  });
  expect((await basicApi.getPage('contacts', contact.id, 'companies')).results).toEqual([]);
});

test('links in a batch, with partial failure: 207; read in a batch, with those that have none', async () => {
  await using visit = await openVisit();
  const { contacts, objects, associations } = visit.client().crm;
  const { notes } = objects;
  const { batchApi } = associations.v4;
  const ada = await contacts.basicApi.create({ properties: { email: 'ada@example.com' } });
  const made = await notes.batchApi.create({
    inputs: ['1', '2'].map((text) => ({
      properties: { hs_timestamp: '2026-03-01T10:00:00Z', hs_note_body: text },
      associations: [],
    })),
  });
  const [one, two] = made.results.map(({ id }) => id);
  const types = [{ associationCategory: defined, associationTypeId: AssociationTypes.noteToContact }];
  const linked = await visit.known(
    batchApi.create('notes', 'contacts', {
      inputs: [
        { _from: { id: one ?? '' }, to: { id: ada.id }, types },
        { _from: { id: '999999' }, to: { id: ada.id }, types },
      ],
    }),
  );
  expect(linked).toMatchObject({ status: 'COMPLETE', numErrors: 1 });
  expect(linked.results).toHaveLength(1);
  const read = await visit.known(
    batchApi.getPage('notes', 'contacts', { inputs: [{ id: one ?? '' }, { id: two ?? '' }] }),
  );
  expect(read).toMatchObject({
    numErrors: 1,
    errors: [{ category: 'OBJECT_NOT_FOUND', subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND' }],
  });
  expect(read.results.map(({ _from }) => _from.id)).toEqual([one]);
  expect(read.results[0]?.to.map(idOf)).toEqual([ada.id]);
  const all = await visit.known(
    batchApi.createDefault('notes', 'contacts', {
      inputs: [{ _from: { id: two ?? '' }, to: { id: ada.id } }],
    }),
  );
  expect(all.results[0]?.associationSpec.associationTypeId).toBe(AssociationTypes.noteToContact);
});
