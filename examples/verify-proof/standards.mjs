// The standards a proof bundle is made of, as far as it needs them: RFC 8785, Ed25519, C2SP signed notes and cosignatures, RFC 6962,
// DSSE, SSH signatures. Nothing of godwit is in it; whoever has libraries for them they trust more puts those in its place.
// What does not keep to its standard throws.
import { createPublicKey, hash, verify } from 'node:crypto';

export const need = (holds) => {
  if (!holds) throw new Error('this is not as it has to be');
};

// ---- bytes, hashes, Ed25519 ----
const bytesOf = (...parts) => Buffer.concat(parts.map((one) => Buffer.from(one)));
const sha256 = (...parts) => hash('sha256', bytesOf(...parts), 'buffer');
export const digest = (...parts) => `sha256:${sha256(...parts).toString('hex')}`;

export function base64(text) {
  const bytes = Buffer.from(text, 'base64');
  need(bytes.toString('base64') === text);
  return bytes;
}

const rawKey = (key) => base64(key.replace(/^ed25519:/, ''));

export function signedBy(key, message, signature) {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: rawKey(key).toString('base64url') };
  return verify(null, bytesOf(message), createPublicKey({ key: jwk, format: 'jwk' }), signature);
}

// ---- RFC 8785: a value has one text; integers beyond 2^53, half characters and more than 200 levels have none ----
export function canonical(value, depth = 0) {
  need(depth <= 200 && (!Number.isInteger(value) || Number.isSafeInteger(value)));
  need(typeof value !== 'string' || value.isWellFormed());
  if (Array.isArray(value)) return `[${value.map((one) => canonical(one, depth + 1)).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const member = (name) => `${canonical(name)}:${canonical(value[name], depth + 1)}`;
  return `{${Object.keys(value).sort().map(member).join()}}`;
}

/** The value of a text, or of its bytes, in that spelling. */
export function parse(text) {
  const value = JSON.parse(text);
  need(Buffer.from(canonical(value)).equals(Buffer.from(text)));
  return value;
}

// ---- C2SP signed-note and tlog-cosignature ----
/** The text of a note, and whether a key has signed it: as `note` the text, as `cosignature` when it was seen. One bad one throws. */
export function readNote(note) {
  const text = note.slice(0, note.lastIndexOf('\n\n') + 1);
  need(text !== '' && note.length <= 100_000 && note.endsWith('\n'));
  const lines = note.slice(text.length + 1, -1).split('\n');
  const signatures = lines.map((line) => {
    const [, name, encoded] = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line);
    const bytes = base64(encoded);
    need(bytes.length >= 5);
    return { by: `${name} ${bytes.toString('hex', 0, 4)}`, bytes: bytes.subarray(4) };
  });
  const isSigned = (name, key, as) => {
    const id = sha256(`${name}\n`, [as === 'note' ? 1 : 4], rawKey(key)).toString('hex', 0, 4);
    const own = signatures.filter(({ by }) => by === `${name} ${id}`);
    for (const { bytes } of own) {
      if (as === 'note') need(signedBy(key, text, bytes));
      else need(signedBy(key, `cosignature/v1\ntime ${secondsOf(bytes)}\n${text}`, bytes.subarray(8)));
    }
    return own.length > 0;
  };
  return { text, isSigned };
}

function secondsOf(bytes) {
  const seconds = bytes.readBigUInt64BE();
  need(seconds <= 253_402_300_799n); // the end of the year 9999
  return seconds;
}

// ---- RFC 6962: the root of a growing tree, from the roots of the full subtrees on its right edge ----
export const leafHash = (line) => sha256([0], line);
const nodeHash = (left, right) => sha256([1], left, right);
export const emptyTree = { size: 0, edge: [] };

/** The tree with the root of the largest full subtree behind it that may stand there and does not reach beyond so many leaves. */
export function grow({ size, edge }, root, to) {
  let leaves = 1;
  while (size % (leaves * 2) === 0 && size + leaves * 2 <= to) leaves *= 2;
  const grown = [...edge];
  let node = root;
  for (let left = size / leaves; left % 2 === 1; left = (left - 1) / 2) node = nodeHash(grown.pop(), node);
  return { size: size + leaves, edge: [...grown, node] };
}

export const rootOf = ({ edge }) => edge.reduceRight((right, left) => nodeHash(left, right));

// ---- DSSE: what an envelope's signatures are over; PROTOCOL.sshsig of OpenSSH: the same for an SSH key, in the namespace godwit ----
export const envelopeBytes = (type, payload) =>
  bytesOf(`DSSEv1 ${type.length} ${type} ${payload.length} `, payload);

export function sshBytes(hashName, message) {
  need(hashName === 'sha256' || hashName === 'sha512');
  const fields = ['godwit', '', hashName, hash(hashName, message, 'buffer')];
  return bytesOf('SSHSIG', ...fields.flatMap((field) => [[0, 0, 0, field.length], field]));
}
