import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Reply, send, wordOf } from '../reply.contract.ts';
import { type Connected, openConnected } from './signed-in.contract.ts';

const bytes = randomBytes(300_000);

async function upload(
  connected: Connected,
  options: object,
  {
    content = bytes,
    fileName = 'Offer 7.pdf',
  }: { readonly content?: Buffer; readonly fileName?: string } = {},
): Promise<Reply> {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(content)], { type: 'application/pdf' }), fileName);
  form.append('folderPath', '/offers');
  form.append('options', JSON.stringify(options));
  return await send(`${connected.url}/files/v3/files`, {
    method: 'POST',
    headers: { authorization: 'Bearer pat-practice' },
    body: form,
  });
}

test('a private file comes back byte by byte, by a signed address that lasts an hour, and hangs on a note', async () => {
  await using connected = await openConnected({ speed: 0.001 });
  const { status, body } = await upload(connected, { access: 'PRIVATE' });
  expect([status, body]).toMatchObject([
    201,
    {
      name: 'Offer 7',
      extension: 'pdf',
      path: '/offers/Offer 7.pdf',
      size: 300_000,
      access: 'PRIVATE',
      fileMd5: createHash('md5').update(bytes).digest('hex'),
    },
  ]);
  const id = wordOf(body['id']);
  expect((await fetch(wordOf(body['url']))).status).toBe(403);
  const signed = await connected.call('GET', `/files/v3/files/${id}/signed-url`);
  const read = await fetch(wordOf(signed.body['url']));
  expect(Buffer.from(await read.arrayBuffer()).equals(bytes)).toBe(true);
  await connected.order('clock', { advanceMs: 3_600_001 });
  expect((await fetch(wordOf(signed.body['url']))).status).toBe(403);
  const contact = await connected.make('contacts', { firstname: 'A' });
  const note = await connected.make(
    'notes',
    { hs_timestamp: '2026-03-01T00:00:00Z', hs_note_body: 'Offer', hs_attachment_ids: id },
    [{ to: { id: contact }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 202 }] }],
  );
  const kept = await connected.call('GET', `/crm/v3/objects/notes/${note}?properties=hs_attachment_ids`);
  expect(kept.body['properties']).toMatchObject({ hs_attachment_ids: id });
});

test('a name that is taken gets a number, or is replaced; the same content is kept once where asked', async () => {
  await using connected = await openConnected();
  const open = { access: 'PUBLIC_NOT_INDEXABLE' };
  const first = await upload(connected, open);
  expect((await fetch(wordOf(first.body['url']))).status).toBe(200);
  expect((await upload(connected, open)).body['name']).toBe('Offer 7-1');
  const known = await upload(connected, { ...open, duplicateValidationStrategy: 'RETURN_EXISTING' });
  expect(known.body['id']).toBe(first.body['id']);
  expect((await upload(connected, { ...open, duplicateValidationStrategy: 'REJECT' })).status).toBe(409);
  const content = Buffer.from('new\r\n--boundary');
  const replaced = await upload(connected, { ...open, overwrite: true }, { content });
  expect(replaced.body['name']).toBe('Offer 7');
  expect(await (await fetch(wordOf(replaced.body['url']))).text()).toBe('new\r\n--boundary');
  expect((await connected.call('GET', `/files/v3/files/${wordOf(first.body['id'])}`)).status).toBe(404);
  const id = wordOf(replaced.body['id']);
  expect((await connected.call('DELETE', `/files/v3/files/${id}`)).status).toBe(204);
  expect((await connected.call('GET', `/files/v3/files/${id}/signed-url`)).status).toBe(404);
});

test('an upload that is none, or lacks what it needs, is refused', async () => {
  await using connected = await openConnected();
  expect((await connected.call('POST', '/files/v3/files', { file: 'x' })).status).toBe(415);
  expect((await upload(connected, { access: 'EVERYBODY' })).status).toBe(400);
  const form = new FormData();
  form.append('options', '{"access":"PRIVATE"}');
  const reply = await send(`${connected.url}/files/v3/files`, {
    method: 'POST',
    headers: { authorization: 'Bearer pat-practice' },
    body: form,
  });
  expect(reply.status).toBe(400);
});
