import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { keyFileMissing, sshKeyUnusable, sshSigningFailed } from './faults.ts';
import { publicKeyText } from './signing.ts';

/**
 * An Ed25519 key of OpenSSH, in a file or held by `ssh-agent`. The private part is never read here: `ssh-keygen -Y sign`
 * (OpenSSH 8.1 or later) asks the agent, or the person for the passphrase, in a process of its own.
 */
export interface SshKey {
  readonly scheme: 'sshsig';
  /** `ed25519:` and base64, like every other key: one key has one text, whoever keeps it. */
  readonly publicKey: string;
  /** The bytes of an SSH signature of the message (OpenSSH, PROTOCOL.sshsig) in the namespace. Throws `host.ssh-signing-failed`. */
  signSsh(namespace: string, message: Uint8Array): Uint8Array;
}

/** Is this file one of OpenSSH, private or public? */
export function isSshKeyFile(path: string): boolean {
  return /^(?:-----BEGIN OPENSSH PRIVATE KEY-----|[\w@.-]+ AAAA)/.test(readKeyText(path));
}

/** @param path the private file with its `.pub` beside it, or only the public file of a key that the agent holds */
export function openSshKey(path: string): SshKey {
  const isPrivate = readKeyText(path).startsWith('-----BEGIN');
  const line = readKeyText(isPrivate ? `${path}.pub` : path);
  const publicKey = sshPublicKey(line);
  if (publicKey === null) throw sshKeyUnusable(line.split(' ')[0] ?? '');
  return {
    scheme: 'sshsig',
    publicKey,
    signSsh: (namespace, message) => askSshKeygen(path, namespace, message),
  };
}

// `string "ssh-ed25519"`, then the length of the 32 bytes that follow (RFC 4253, section 6.6; RFC 8709).
const ed25519Head = Buffer.concat([lengthOf(11), Buffer.from('ssh-ed25519'), lengthOf(32)]);

/** The text of the key in a line as `ssh-keygen` writes it, `ssh-ed25519 AAAA... comment`; null for any other key or text. */
export function sshPublicKey(line: string): string | null {
  const [kind, encoded = ''] = line.trim().split(/[ \t]+/);
  const blob = Buffer.from(encoded, 'base64');
  if (kind !== 'ssh-ed25519' || blob.toString('base64') !== encoded) return null;
  return publicKeyOfBlob(blob);
}

/** The same from the bytes in it. */
export function publicKeyOfBlob(blob: Uint8Array): string | null {
  const head = blob.subarray(0, ed25519Head.length);
  if (blob.length !== ed25519Head.length + 32 || Buffer.compare(head, ed25519Head) !== 0) return null;
  return publicKeyText(blob.subarray(ed25519Head.length));
}

function lengthOf(bytes: number): Buffer {
  const four = Buffer.alloc(4);
  four.writeUInt32BE(bytes);
  return four;
}

function readKeyText(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) throw keyFileMissing(path);
  return readFileSync(path, 'utf8');
}

/** Its questions go to the terminal, never through here. */
function askSshKeygen(path: string, namespace: string, message: Uint8Array): Uint8Array {
  const ended = spawnSync('ssh-keygen', ['-Y', 'sign', '-n', namespace, '-f', path], {
    input: message,
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: 120_000,
  });
  const armor = /^-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)-----END SSH SIGNATURE-----\n$/.exec(
    ended.stdout?.toString() ?? '',
  );
  if (ended.status !== 0 || !armor)
    throw sshSigningFailed(ended.error?.message ?? ended.stderr.toString().trim());
  return new Uint8Array(Buffer.from(armor[1] ?? '', 'base64'));
}
