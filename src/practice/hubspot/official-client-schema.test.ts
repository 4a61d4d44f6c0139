import {
  PropertyCreateFieldTypeEnum as FieldType,
  PropertyCreateTypeEnum as Type,
} from '@hubspot/api-client/lib/codegen/crm/properties/index.js';
import { ObjectTypePropertyCreateTypeEnum as Kind } from '@hubspot/api-client/lib/codegen/crm/schemas/index.js';
import { expect, test } from 'vitest';
import { openVisit } from './official-client.contract.ts';

/** Names that the vendor's pages of 2026-09 have and this version of the client does not. */
const newer = ['dataSensitivity'];

test('properties: made, listed, their options replaced whole, archived and brought back', async () => {
  await using visit = await openVisit();
  const { coreApi, groupsApi } = visit.client().crm.properties;
  const option = (value: string) => ({ label: value, value, displayOrder: 0, hidden: false });
  await visit.known(groupsApi.create('contacts', { name: 'moved', label: 'Moved', displayOrder: 1 }));
  const made = await visit.known(
    coreApi.create('contacts', {
      name: 'land',
      label: 'Land',
      type: Type.Enumeration,
      fieldType: FieldType.Select,
      groupName: 'moved',
      options: [option('SE'), option('NO')],
    }),
    newer,
  );
  expect(made.createdAt).toBeInstanceOf(Date);
  const changed = await coreApi.update('contacts', 'land', { options: [option('DK')] });
  expect(changed.options.map(({ value }) => value)).toEqual(['DK']);
  await expect(
    coreApi.create('contacts', {
      name: 'land',
      label: 'Land',
      type: Type.String,
      fieldType: FieldType.Text,
      groupName: 'moved',
    }),
  ).rejects.toMatchObject({ code: 409, body: { subCategory: 'Properties.PROPERTY_WITH_NAME_EXISTS' } });
  await coreApi.archive('contacts', 'land');
  const archived = await visit.known(coreApi.getAll('contacts', true), newer);
  expect(archived.results.map(({ name }) => name)).toEqual(['land']);
  await groupsApi.archive('contacts', 'moved');
  const groups = await visit.known(groupsApi.getAll('contacts'));
  expect(groups.results.map(({ name }) => name)).not.toContain('moved');
  await expect(coreApi.getByName('contacts', 'nobody')).rejects.toMatchObject({
    code: 404,
    body: { category: 'OBJECT_NOT_FOUND' },
  });
});

test('a custom object: described, made, filled, searched, taken away', async () => {
  await using visit = await openVisit();
  const { crm } = visit.client();
  const schema = await visit.known(
    crm.schemas.coreApi.create({
      name: 'invoices',
      labels: { singular: 'Invoice', plural: 'Invoices' },
      requiredProperties: ['number'],
      primaryDisplayProperty: 'number',
      associatedObjects: ['CONTACT'],
      properties: [
        { name: 'number', label: 'Number', type: Kind.String, fieldType: 'text', hasUniqueValue: true },
      ],
    }),
    newer,
  );
  const type = schema.objectTypeId ?? '';
  const made = await visit.known(crm.objects.basicApi.create(type, { properties: { number: 'A1' } }));
  const upserted = await crm.objects.batchApi.upsert(type, {
    inputs: [{ id: 'A1', idProperty: 'number', properties: {} }],
  });
  expect(upserted.results).toMatchObject([{ _new: false, id: made.id }]);
  const found = await crm.objects.searchApi.doSearch(type, { filterGroups: [], properties: [], sorts: [] });
  expect(found.total).toBe(1);
  expect((await visit.known(crm.schemas.coreApi.getAll(), newer)).results.map(({ name }) => name)).toEqual([
    'invoices',
  ]);
  await crm.objects.basicApi.archive(type, made.id);
  await crm.schemas.coreApi.archive('invoices');
  await expect(crm.schemas.coreApi.getById('invoices')).rejects.toMatchObject({ code: 404 });
});

test('owners, those who left too; pipelines with their stages', async () => {
  const owners = [
    { email: 'ada@example.com', firstName: 'Ada' },
    { email: 'bob@example.com', firstName: 'Bob', active: false },
  ];
  await using visit = await openVisit({ account: { owners } });
  const { crm } = visit.client();
  const emails = async (archived: boolean) =>
    (await visit.known(crm.owners.ownersApi.getPage(undefined, undefined, 100, archived))).results.map(
      ({ email }) => email,
    );
  expect([await emails(false), await emails(true)]).toEqual([['ada@example.com'], ['bob@example.com']]);
  const pipelines = await visit.known(crm.pipelines.pipelinesApi.getAll('deals'));
  const [first] = pipelines.results;
  expect(first?.createdAt).toBeInstanceOf(Date);
  const one = await visit.known(crm.pipelines.pipelinesApi.getById('deals', first?.id ?? ''));
  expect(one.stages).toEqual(first?.stages);
  const stages = await visit.known(crm.pipelines.pipelineStagesApi.getAll('deals', first?.id ?? ''));
  expect(stages.results).toEqual(first?.stages);
});

test('a file: sent in parts, described, fetched by a signed address, forgotten', async () => {
  await using visit = await openVisit();
  const { filesApi } = visit.client().files;
  const data = Buffer.from('%PDF-1.7 \u0000\u00FF\r\n--boundary', 'latin1');
  const made = (await filesApi.upload(
    { data, name: 'offer.pdf' },
    undefined,
    '/moved',
    undefined,
    undefined,
    JSON.stringify({ access: 'PRIVATE' }),
  )) as { id: string };
  const signed = await visit.known(filesApi.getSignedUrl(made.id));
  expect(signed.expiresAt).toBeInstanceOf(Date);
  const fetched = await fetch(signed.url);
  expect(Buffer.from(await fetched.arrayBuffer()).equals(data)).toBe(true);
  expect(await filesApi.getById(made.id)).toMatchObject({ id: made.id, name: 'offer', extension: 'pdf' });
  await filesApi.archive(made.id);
  await expect(filesApi.getById(made.id)).rejects.toMatchObject({ code: 404 });
});
