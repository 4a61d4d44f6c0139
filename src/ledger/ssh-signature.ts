import { publicKeyOfBlob, sha256Bytes, sha512Bytes, type VerifySignature } from '../host/index.ts';

/** Of every SSH signature of a decision: one made for a file or a commit is none of ours. */
export const sshNamespace = 'godwit';

/**
 * Was this SSH signature (OpenSSH, PROTOCOL.sshsig: what `ssh-keygen -Y sign` writes between its two lines) made by the key
 * over exactly this message, for godwit? Read by our own code: nothing is asked of OpenSSH.
 *
 * Invariants: 1. the key in the signature is the key asked for. 2. version 1, namespace `godwit`, nothing reserved; another
 * namespace is another promise. 3. every byte of it is accounted for: nothing may stand behind. 4. what is not Ed25519, or is
 * cut off, is false and never an error.
 */
export function verifySshSignature(
  publicKey: string,
  message: Uint8Array,
  signature: Uint8Array,
  verify: VerifySignature,
): boolean {
  const read = readSshSignature(signature);
  if (read === null || publicKeyOfBlob(read.key) !== publicKey) return false;
  const { namespace, hashName, signed } = read;
  const bytes = namespace === sshNamespace ? sshSignedBytes(hashName, message) : null;
  return bytes !== null && verify(publicKey, bytes, signed);
}

/** What an SSH signature of this message in the namespace godwit signs; null for a hash that SSH signatures do not use. */
export function sshSignedBytes(hashName: string, message: Uint8Array): Uint8Array | null {
  const digest = Object.hasOwn(hashes, hashName) ? hashes[hashName] : undefined;
  if (digest === undefined) return null;
  return Buffer.concat([
    magic,
    sshString(Buffer.from(sshNamespace)),
    sshString(Buffer.alloc(0)),
    sshString(Buffer.from(hashName)),
    sshString(digest(message)),
  ]);
}

const magic = Buffer.from('SSHSIG');
const hashes: Readonly<Record<string, ((message: Uint8Array) => Uint8Array) | undefined>> = {
  sha256: sha256Bytes,
  sha512: sha512Bytes,
};

export interface SshSignature {
  readonly key: Uint8Array;
  readonly namespace: string;
  readonly hashName: string;
  /** The 64 bytes of Ed25519. */
  readonly signed: Uint8Array;
}

/** Its parts; null when it is none of Ed25519. */
export function readSshSignature(bytes: Uint8Array): SshSignature | null {
  const buffer = Buffer.from(bytes);
  if (Buffer.compare(buffer.subarray(0, 6), magic) !== 0) return null;
  if (buffer.length < 10 || buffer.readUInt32BE(6) !== 1) return null;
  const [key, namespace, reserved, hashName, blob] = sshStrings(buffer.subarray(10), 5) ?? [];
  if (!key || !namespace || reserved?.length !== 0 || !hashName || !blob) return null;
  const [kind, signed] = sshStrings(blob, 2) ?? [];
  if (kind?.toString('latin1') !== 'ssh-ed25519' || signed?.length !== 64) return null;
  return { key, namespace: namespace.toString('latin1'), hashName: hashName.toString('latin1'), signed };
}

/** Exactly so many strings (RFC 4251, section 5: four bytes of length, then so many bytes) and nothing behind; else null. */
function sshStrings(bytes: Buffer, count: number): readonly Buffer[] | null {
  const found: Buffer[] = [];
  let at = 0;
  while (found.length < count) {
    if (at + 4 > bytes.length) return null;
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) return null;
    found.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return at === bytes.length ? found : null;
}

function sshString(content: Uint8Array): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, content]);
}
