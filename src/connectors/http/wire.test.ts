import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { json, openHttpWorld, read, serve } from './http-world.contract.ts';

const withoutOpenssl = ((): boolean => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return false;
  } catch {
    return true;
  }
})();

describe.skipIf(withoutOpenssl)('certificates', () => {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-tls-'));
  const path = (name: string): string => join(folder, name);
  const openssl = (...words: string[]): void => void execFileSync('openssl', words, { stdio: 'ignore' });

  beforeAll(() => {
    const newKey = ['-newkey', 'rsa:2048', '-nodes'];
    openssl(
      'req',
      '-x509',
      ...newKey,
      '-keyout',
      path('ca.key'),
      '-out',
      path('ca.pem'),
      '-days',
      '2',
      '-subj',
      '/CN=Own authority',
    );
    for (const [name, san] of [
      ['good', 'IP:127.0.0.1'],
      ['other', 'DNS:other.example.com'],
    ] as const) {
      openssl(
        'req',
        ...newKey,
        '-keyout',
        path(`${name}.key`),
        '-out',
        path(`${name}.csr`),
        '-subj',
        `/CN=${name}`,
      );
      writeFileSync(path(`${name}.ext`), `subjectAltName=${san}\n`);
      openssl(
        'x509',
        '-req',
        '-in',
        path(`${name}.csr`),
        '-CA',
        path('ca.pem'),
        '-CAkey',
        path('ca.key'),
        '-CAcreateserial',
        '-days',
        '2',
        '-extfile',
        path(`${name}.ext`),
        '-out',
        path(`${name}.pem`),
      );
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function serveTls(name: string): ReturnType<typeof serve> {
    const [key, cert] = [readFileSync(path(`${name}.key`)), readFileSync(path(`${name}.pem`))];
    const server = await serve(
      (_request, response) => json(response, 200, {}),
      (listener) => createServer({ key, cert }, listener),
    );
    return { ...server, url: server.url.replace('http:', 'https:') };
  }
  const ca = (): string => readFileSync(path('ca.pem'), 'utf8');

  test('an authority nobody knows is refused, and nothing is sent', async () => {
    await using server = await serveTls('good');
    await using http = await openHttpWorld(server.url);
    await expect(http.transport.call(read())).rejects.toMatchObject({
      code: 'http.certificate-refused',
      fate: 'never',
    });
    expect(server.seen).toEqual([]);
  });

  test('an own authority is trusted by the system that names its file, by no other', async () => {
    await using server = await serveTls('good');
    await using http = await openHttpWorld(server.url, { wire: { ca: ca() } });
    expect(await http.transport.call(read())).toMatchObject({ kind: 'answered' });
    await using other = await openHttpWorld(server.url);
    await expect(other.transport.call(read())).rejects.toMatchObject({ code: 'http.certificate-refused' });
  });

  test('a certificate of another host is refused', async () => {
    await using server = await serveTls('other');
    await using http = await openHttpWorld(server.url, { wire: { ca: ca() } });
    await expect(http.transport.call(read())).rejects.toMatchObject({ code: 'http.certificate-refused' });
  });

  test('the environment cannot switch the check off', async () => {
    await using server = await serveTls('good');
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      // The environment does reach what is not ours: else this test would show nothing.
      expect((await fetch(server.url)).status).toBe(200);
      await using http = await openHttpWorld(server.url);
      await expect(http.transport.call(read())).rejects.toMatchObject({ code: 'http.certificate-refused' });
    } finally {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
    }
  });
});
