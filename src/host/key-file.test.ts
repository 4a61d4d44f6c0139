import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Secret } from '../model/index.ts';
import { createKeyFile, openKeyFile, openKeyFileBeside } from './key-file.ts';
import { verifySignature } from './signing.ts';

const folder = mkdtempSync(join(tmpdir(), 'godwit-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));
const passphrase = new Secret('correct horse');
const cheap = { scryptN: 2 ** 14 };
const path = join(folder, 'ada');
const made = createKeyFile(path, passphrase, cheap);

test('a key file opens to the same key, which signs', () => {
  const opened = openKeyFile(path, passphrase);
  expect(opened.publicKey).toBe(made.publicKey);
  expect(readFileSync(`${path}.pub`, 'utf8')).toBe(`${made.publicKey}\n`);
  const message = Uint8Array.of(1, 2);
  expect(verifySignature(made.publicKey, message, opened.sign(message))).toBe(true);
  expect(statSync(path).mode & 0o077).toBe(0);
});

test('derived in a thread it is the same key, refused for the same reasons', async () => {
  expect((await openKeyFileBeside(path, passphrase)).publicKey).toBe(made.publicKey);
  const unreadable = expect.objectContaining({ code: 'host.key-file-unreadable' });
  await expect(openKeyFileBeside(path, new Secret('wrong horse'))).rejects.toThrow(unreadable);
  const missing = expect.objectContaining({ code: 'host.key-file-missing' });
  await expect(openKeyFileBeside(join(folder, 'nobody'), passphrase)).rejects.toThrow(missing);
});

test('a key file is never overwritten', () => {
  expect(() => createKeyFile(path, passphrase, cheap)).toThrow(
    expect.objectContaining({ code: 'host.key-file-exists' }),
  );
});

test('another passphrase does not open it, and says so without naming it', () => {
  expect(() => openKeyFile(path, new Secret('wrong horse'))).toThrow(
    expect.objectContaining({ code: 'host.key-file-unreadable' }),
  );
});

test.each([
  ['the public key', (text: string) => text.replace(made.publicKey, `ed25519:${'A'.repeat(43)}=`)],
  ['the cost', (text: string) => text.replace('"n": 16384', '"n": 32768')],
  ['the cost beyond what is allowed', (text: string) => text.replace('"n": 16384', '"n": 1073741824')],
  ['the sealed seed', (text: string) => text.replace(/"sealed": "../, '"sealed": "zz')],
  ['the tag, cut short', (text: string) => text.replace(/"tag": "[^"]+"/, '"tag": "AAAA"')],
  ['the format', (text: string) => text.replace('key/1', 'key/2')],
  ['the file as such', () => 'not JSON'],
])('a change of %s is noticed', (_name, change) => {
  const text = readFileSync(path, 'utf8');
  const changed = change(text);
  expect(changed).not.toBe(text);
  const other = join(folder, 'changed');
  writeFileSync(other, changed);
  expect(() => openKeyFile(other, passphrase)).toThrow(
    expect.objectContaining({ code: 'host.key-file-unreadable' }),
  );
});
