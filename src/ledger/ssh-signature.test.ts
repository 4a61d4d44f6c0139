import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { openSshKey, signingKeyFromSeed, sshPublicKey, verifySignature } from '../host/index.ts';
import { addSignature, type Envelope, openEnvelope, parseEnvelope, signEnvelope } from './envelope.ts';
import { verifySshSignature } from './ssh-signature.ts';

/** Made by OpenSSH 9.2 with a key of its own: `printf 'hello godwit' | ssh-keygen -Y sign -n <namespace> -f key`. */
const vectors = {
  line: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKwVFYnW+eNqxckGG0OiRFWG5xElxVQ5SVgogX1Ffuh3 ada@office',
  key: 'ed25519:rBUVidb542rFyQYbQ6JEVYbnESXFVDlJWCiBfUV+6Hc=',
  message: Buffer.from('hello godwit'),
  sha512:
    'U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgrBUVidb542rFyQYbQ6JEVYbnESXFVDlJWCiBfUV+6HcAAAAGZ29kd2l0AAAAAAAAAAZzaGE1MTIAAABTAAAAC3NzaC1lZDI1NTE5AAAAQCtqXvKpfyQ6si6wDsFfBdTq+gXtNNdBbqTopO8LwhCni6x4RNTj6FSW+cfmZBXL1eHdE896nGK3lMTI0dDIsQM=',
  sha256:
    'U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgrBUVidb542rFyQYbQ6JEVYbnESXFVDlJWCiBfUV+6HcAAAAGZ29kd2l0AAAAAAAAAAZzaGEyNTYAAABTAAAAC3NzaC1lZDI1NTE5AAAAQDFWe90EhkZOxzs5Bmgeq/oGBkEGRLjsxWsE7P7ASpT6mitmI83LCNAg9u9sxNDfni2Ha+hmV3XO0iWJSjZ2qQ4=',
  forFiles:
    'U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgrBUVidb542rFyQYbQ6JEVYbnESXFVDlJWCiBfUV+6HcAAAAEZmlsZQAAAAAAAAAGc2hhNTEyAAAAUwAAAAtzc2gtZWQyNTUxOQAAAEBB6GvUyCYWT7NLRCejG9l5y2FKlLQZc2+LxF4X3KT4zy/qz1brpyvzU2XPSwsAGFUyupzwrnA+DlR6ZaOYLokP',
};
const bytesOf = (base64: string): Buffer => Buffer.from(base64, 'base64');
const holds = (signature: Uint8Array, message: Uint8Array = vectors.message, key = vectors.key): boolean =>
  verifySshSignature(key, message, signature, verifySignature);

describe('an SSH signature', () => {
  test('of OpenSSH holds, with either hash', () => {
    expect(sshPublicKey(vectors.line)).toBe(vectors.key);
    expect([holds(bytesOf(vectors.sha512)), holds(bytesOf(vectors.sha256))]).toEqual([true, true]);
  });

  test.each<[string, () => boolean]>([
    ['over another message', () => holds(bytesOf(vectors.sha512), Buffer.from('hello godwiT'))],
    [
      'of another key',
      () => holds(bytesOf(vectors.sha512), vectors.message, signingKeyFromSeed(new Uint8Array(32)).publicKey),
    ],
    ['made for files, not for godwit', () => holds(bytesOf(vectors.forFiles))],
    ['with a byte behind it', () => holds(Buffer.concat([bytesOf(vectors.sha512), Buffer.alloc(1)]))],
    ['that is empty', () => holds(new Uint8Array())],
    ['that ends early', () => holds(bytesOf(vectors.sha512).subarray(0, 60))],
  ])('%s does not hold', (_name, attempt) => {
    expect(attempt()).toBe(false);
  });

  test('with one bit changed anywhere does not hold, and nothing falls over', () => {
    for (const text of [vectors.sha512, vectors.sha256])
      for (let bit = 0; bit < bytesOf(text).length * 8; bit += 1) {
        const bytes = bytesOf(text);
        bytes[bit >> 3]! ^= 1 << (bit & 7);
        expect([bit, holds(bytes)]).toEqual([bit, false]);
      }
  });

  test('made of any bytes at all does not hold', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(holds(bytes)).toBe(false);
        expect(holds(Buffer.concat([Buffer.from('SSHSIG\0\0\0\x01'), bytes]))).toBe(false);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a line with a key', () => {
  test.each([
    ['of another kind', 'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBAM5'],
    ['that says another kind than it holds', vectors.line.replace('ssh-ed25519', 'ssh-rsa')],
    ['cut short', vectors.line.slice(0, 60)],
    ['in another spelling', vectors.line.replace('Ffuh3', 'Ffuh3=')],
    ['of nothing', ''],
  ])('%s is none', (_name, line) => {
    expect(sshPublicKey(line)).toBeNull();
  });
});

const version = spawnSync('ssh', ['-V']).stderr?.toString().trim();
const here = spawnSync('ssh-keygen', ['-Y', 'sign']).stderr?.toString() ?? '';
const isThere = version !== undefined && !/unknown option|illegal option/.test(here);
if (!isThere)
  console.warn('skipped: there is no ssh-keygen here that can sign, so none of its signatures is read');

describe.skipIf(!isThere)('with the installed OpenSSH', () => {
  const work = mkdtempSync(join(tmpdir(), 'godwit-ssh-'));
  const path = join(work, 'id');
  if (isThere) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
  afterAll(() => rmSync(work, { recursive: true }));
  const type = 'application/vnd.godwit.test.v1+json';
  const content = { decision: 'approve', name: 'José 😀' };
  const trusting = (...publicKeys: string[]) => ({ publicKeys, verify: verifySignature });

  test('an envelope is signed and read back, also from its file', () => {
    const key = openSshKey(path);
    const envelope = signEnvelope(type, content, [key]);
    expect(envelope.scheme).toBe('sshsig');
    const opened = openEnvelope(parseEnvelope(JSON.stringify(envelope)), type, trusting(key.publicKey));
    expect(opened).toMatchObject({ signers: [key.publicKey], content });
    expect(() => openEnvelope(envelope, type, trusting(vectors.key))).toThrow(
      expect.objectContaining({ code: 'ledger.envelope-untrusted' }),
    );
  });

  test('ssh-keygen itself finds our envelope good, over the bytes that are signed', () => {
    const envelope = signEnvelope(type, content, [openSshKey(path)]);
    const base64 = envelope.signatures[0]?.sig ?? '';
    const armor = `-----BEGIN SSH SIGNATURE-----\n${base64.match(/.{1,70}/g)?.join('\n')}\n-----END SSH SIGNATURE-----\n`;
    writeFileSync(join(work, 'sig'), armor);
    writeFileSync(join(work, 'people'), `ada ${readFileSync(`${path}.pub`, 'utf8')}`);
    const body = Buffer.from(envelope.payload, 'base64');
    const check = ['-Y', 'verify', '-f', join(work, 'people'), '-I', 'ada', '-n', 'godwit'];
    const checked = spawnSync('ssh-keygen', [...check, '-s', join(work, 'sig')], {
      input: Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${body.length} `), body]),
    });
    expect([checked.status, checked.stdout.toString()]).toEqual([
      0,
      expect.stringContaining('Good "godwit"'),
    ]);
  });

  test('a signature holds under its own scheme and type only', () => {
    const key = openSshKey(path);
    const own = signingKeyFromSeed(new Uint8Array(32).fill(3));
    const ssh = signEnvelope(type, content, [key]);
    const dsse = signEnvelope(type, content, [own]);
    const wrong: readonly Envelope[] = [
      { ...ssh, scheme: 'dsse-ed25519' },
      { ...dsse, scheme: 'sshsig' },
      { ...dsse, scheme: 'sshsig', signatures: ssh.signatures, payloadType: `${type}x` },
    ];
    for (const envelope of wrong)
      expect(() =>
        openEnvelope(envelope, envelope.payloadType, trusting(key.publicKey, own.publicKey)),
      ).toThrow(expect.objectContaining({ code: 'ledger.envelope-untrusted' }));
    expect(() => addSignature(ssh, own)).toThrow(/no place for this key/);
    expect(() => addSignature(dsse, key)).toThrow(/no place for this key/);
  });

  test('a key that only the agent holds signs; without the agent nothing is signed', () => {
    const agent = spawnSync('ssh-agent', ['-s'], { env: { PATH: process.env['PATH'] ?? '', TMPDIR: work } });
    const [, socket = ''] = /SSH_AUTH_SOCK=([^;]+)/.exec(agent.stdout.toString()) ?? [];
    const [, pid = ''] = /SSH_AGENT_PID=(\d+)/.exec(agent.stdout.toString()) ?? [];
    const before = process.env['SSH_AUTH_SOCK'];
    const held = join(work, 'held');
    try {
      process.env['SSH_AUTH_SOCK'] = socket;
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', held]);
      execFileSync('ssh-add', ['-q', held], { stdio: 'ignore' });
      rmSync(held);
      const key = openSshKey(`${held}.pub`);
      const envelope = signEnvelope(type, content, [key]);
      expect(openEnvelope(envelope, type, trusting(key.publicKey)).signers).toEqual([key.publicKey]);
      process.env['SSH_AUTH_SOCK'] = join(work, 'nobody');
      expect(() => signEnvelope(type, content, [key])).toThrow(
        expect.objectContaining({ code: 'host.ssh-signing-failed' }),
      );
    } finally {
      if (before === undefined) delete process.env['SSH_AUTH_SOCK'];
      else process.env['SSH_AUTH_SOCK'] = before;
      if (pid !== '') process.kill(Number(pid));
    }
  });

  test('a key of another kind is refused with its kind', () => {
    const other = join(work, 'ecdsa');
    execFileSync('ssh-keygen', ['-q', '-t', 'ecdsa', '-N', '', '-f', other]);
    expect(() => openSshKey(other)).toThrow(
      expect.objectContaining({
        code: 'host.ssh-key-unusable',
        detail: expect.stringContaining('ecdsa-sha2-nistp256') as string,
      }),
    );
  });
});
