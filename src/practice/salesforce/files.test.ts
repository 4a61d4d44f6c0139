import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { wordOf } from '../reply.contract.ts';
import { openSignedIn, type SignedIn } from './signed-in.contract.ts';

const bytes = randomBytes(300_000);

async function publish(signedIn: SignedIn, fields: object): Promise<string> {
  const { status, body } = await signedIn.call('POST', 'sobjects/ContentVersion', {
    PathOnClient: 'offers/Offer 7.pdf',
    VersionData: bytes.toString('base64'),
    ...fields,
  });
  expect(status).toBe(201);
  return wordOf(body['id']);
}

test('a file is published with its document and its link, and comes back byte by byte', async () => {
  await using signedIn = await openSignedIn();
  const account = wordOf((await signedIn.call('POST', 'sobjects/Account', { Name: 'A' })).body['id']);
  const version = await publish(signedIn, { FirstPublishLocationId: account });
  const { body } = await signedIn.call('GET', `sobjects/ContentVersion/${version}`);
  expect(body).toMatchObject({
    Title: 'Offer 7',
    FileExtension: 'pdf',
    ContentSize: 300_000,
    Checksum: createHash('md5').update(bytes).digest('hex'),
    VersionData: `/services/data/v62.0/sobjects/ContentVersion/${version}/VersionData`,
    VersionNumber: '1',
    IsLatest: true,
  });
  const links = await signedIn.call(
    'GET',
    `query?q=SELECT ContentDocumentId, ContentDocument.Title, ShareType FROM ContentDocumentLink WHERE LinkedEntityId = '${account}'`,
  );
  expect(links.body['records']).toMatchObject([
    { ContentDocumentId: body['ContentDocumentId'], ContentDocument: { Title: 'Offer 7' }, ShareType: 'V' },
  ]);
  const read = await fetch(`${signedIn.url}${wordOf(body['VersionData'])}`, {
    headers: { authorization: `Bearer ${signedIn.token}` },
  });
  expect(read.status).toBe(200);
  expect(Buffer.from(await read.arrayBuffer()).equals(bytes)).toBe(true);
});

test('a second version takes over, a second link is another place', async () => {
  await using signedIn = await openSignedIn();
  const first = await publish(signedIn, {});
  const { body } = await signedIn.call('GET', `sobjects/ContentVersion/${first}`);
  const document = wordOf(body['ContentDocumentId']);
  await publish(signedIn, { ContentDocumentId: document, Title: 'Offer 8' });
  const versions = await signedIn.call(
    'GET',
    'query?q=SELECT VersionNumber, IsLatest FROM ContentVersion ORDER BY VersionNumber',
  );
  expect(versions.body['records']).toMatchObject([
    { VersionNumber: '1', IsLatest: false },
    { VersionNumber: '2', IsLatest: true },
  ]);
  const contact = await signedIn.call('POST', 'sobjects/Contact', { LastName: 'X' });
  const link = { ContentDocumentId: document, LinkedEntityId: contact.body['id'] };
  expect((await signedIn.call('POST', 'sobjects/ContentDocumentLink', link)).status).toBe(201);
  expect(
    (await signedIn.call('POST', 'sobjects/ContentDocumentLink', { ...link, ShareType: 'X' })).body,
  ).toMatchObject([{ errorCode: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST' }]);
  const again = await signedIn.call('POST', 'sobjects/ContentDocumentLink', link);
  expect(again.body).toMatchObject([{ errorCode: 'DUPLICATE_VALUE' }]);
  const places = 'query?q=SELECT ContentDocument.Title, ShareType FROM ContentDocumentLink';
  const found = await signedIn.call(
    'GET',
    `${places} WHERE Id != null AND ContentDocumentId IN ('${document}')`,
  );
  // Its owner has it besides.
  expect(found.body['records']).toMatchObject([
    { ContentDocument: { Title: 'Offer 8' }, ShareType: 'I' },
    { ContentDocument: { Title: 'Offer 8' }, ShareType: 'V' },
  ]);
  for (const where of ['', " WHERE ShareType = 'V'", ` WHERE ContentDocumentId != '${document}'`])
    expect((await signedIn.call('GET', `${places}${where}`)).body).toMatchObject([
      { errorCode: 'MALFORMED_QUERY', message: expect.stringContaining('requires a filter by a single Id') },
    ]);
});

test('a file comes as bytes in a form, a version goes only with its document', async () => {
  await using signedIn = await openSignedIn();
  const form = new FormData();
  const record = JSON.stringify({ PathOnClient: 'a.bin' });
  form.append('entity_content', new Blob([record], { type: 'application/json' }));
  form.append('VersionData', new Blob([bytes]), 'a.bin');
  const at = `${signedIn.url}/services/data/v62.0/sobjects/ContentVersion`;
  const headers = { authorization: `Bearer ${signedIn.token}` };
  const sent = await fetch(at, { method: 'POST', headers, body: form });
  expect(sent.status).toBe(201);
  const { id } = (await sent.json()) as { readonly id: string };
  const { body } = await signedIn.call('GET', `sobjects/ContentVersion/${id}`);
  expect(body['Checksum']).toBe(createHash('md5').update(bytes).digest('hex'));
  expect((await signedIn.call('DELETE', `sobjects/ContentVersion/${id}`)).body).toMatchObject([
    { errorCode: 'INVALID_TYPE_FOR_OPERATION' },
  ]);
  const document = wordOf(body['ContentDocumentId']);
  expect((await signedIn.call('DELETE', `sobjects/ContentDocument/${document}`)).status).toBe(204);
  expect((await signedIn.call('GET', `sobjects/ContentVersion/${id}`)).status).toBe(404);
  const alone = new FormData();
  alone.append('entity_content', new Blob([record], { type: 'application/json' }));
  expect((await fetch(at, { method: 'POST', headers, body: alone })).status).toBe(400);
});

test('a file without content, and content that is no base64, are refused', async () => {
  await using signedIn = await openSignedIn();
  const refused = async (fields: object) =>
    wordOf((await signedIn.call('POST', 'sobjects/ContentVersion', fields)).body[0]?.['errorCode']);
  expect(await refused({ PathOnClient: 'a.txt' })).toBe('REQUIRED_FIELD_MISSING');
  expect(await refused({ PathOnClient: 'a.txt', VersionData: 'no base64!' })).toBe('JSON_PARSER_ERROR');
});
