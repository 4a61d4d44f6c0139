import { digestOf, type SigningKey, type SshKey, type VerifySignature } from '../host/index.ts';
import { canonicalJson } from './canonical-json.ts';
import { envelopeUnreadable, envelopeUntrusted } from './faults.ts';
import { sshNamespace, verifySshSignature } from './ssh-signature.ts';
import { parseStrictJson } from './strict-json.ts';

/**
 * A DSSE envelope (github.com/secure-systems-lab/dsse) with signatures over `PAE(payloadType, payload)`. Its scheme says how
 * they were made: `dsse-ed25519`, Ed25519 over these bytes; or `sshsig`, SSH signatures of them in the namespace godwit.
 *
 * Invariants: 1. the exact bytes are verified first, and then those bytes are read. 2. the payload is RFC 8785 text, and no
 * other spelling is read. 3. `keyid` is a hint; which key signed is found by verifying. 4. the type is part of what is
 * signed: an approval never passes for a decision. 5. a signature holds under its own scheme only: what each signs begins
 * with words of its own.
 */
export interface Envelope {
  readonly scheme: EnvelopeScheme;
  readonly payloadType: string;
  /** Base64 of the payload's bytes. */
  readonly payload: string;
  readonly signatures: readonly EnvelopeSignature[];
}

const schemes = ['dsse-ed25519', 'sshsig'] as const;
export type EnvelopeScheme = (typeof schemes)[number];

/** A key of godwit's own, or one of OpenSSH. */
export type DecisionKey = SigningKey | SshKey;

export interface EnvelopeSignature {
  readonly keyid: string;
  /** Base64 of the 64 bytes, or of the SSH signature. */
  readonly sig: string;
}

/** All keys are of one kind. */
export function signEnvelope(payloadType: string, content: unknown, keys: readonly DecisionKey[]): Envelope {
  const bytes = Buffer.from(canonicalJson(content));
  const unsigned: Envelope = {
    scheme: keys.some((key) => 'scheme' in key) ? 'sshsig' : 'dsse-ed25519',
    payloadType,
    payload: bytes.toString('base64'),
    signatures: [],
  };
  return keys.reduce(addSignature, unsigned);
}

export function addSignature(envelope: Envelope, key: DecisionKey): Envelope {
  const isSsh = 'scheme' in key;
  if (isSsh !== (envelope.scheme === 'sshsig'))
    throw new RangeError(`an envelope of the scheme ${envelope.scheme} has no place for this key`);
  const bytes = signedBytes(envelope);
  const sig = Buffer.from(isSsh ? key.signSsh(sshNamespace, bytes) : key.sign(bytes)).toString('base64');
  return { ...envelope, signatures: [...envelope.signatures, { keyid: key.publicKey, sig }] };
}

/** `PAE(type, body) = "DSSEv1" SP LEN(type) SP type SP LEN(body) SP body`, lengths in bytes. */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = Buffer.from(payloadType);
  const head = Buffer.from(`DSSEv1 ${type.length} `);
  return Buffer.concat([head, type, Buffer.from(` ${payload.length} `), payload]);
}

/** Names what was signed, whoever signed it and however the envelope is spelled: `sha256:` of the signed bytes. */
export function envelopeId(envelope: Envelope): string {
  return digestOf(signedBytes(envelope));
}

export interface OpenedEnvelope {
  readonly id: string;
  /** The known keys whose signatures hold; at least one, each once. */
  readonly signers: readonly string[];
  readonly content: unknown;
}

/** Throws `ledger.envelope-untrusted` when no known key signed it as this type, `ledger.envelope-unreadable` afterwards. */
export function openEnvelope(envelope: Envelope, payloadType: string, trust: EnvelopeTrust): OpenedEnvelope {
  const signed = preAuthEncoding(payloadType, payloadBytes(envelope));
  const signatures = envelope.signatures.map(({ sig }) => fromBase64(sig));
  const signers = [...new Set(trust.publicKeys)].filter((key) =>
    signatures.some((signature) => holds(envelope.scheme, key, signed, signature, trust.verify)),
  );
  if (envelope.payloadType !== payloadType)
    throw envelopeUntrusted(`it was signed as ${envelope.payloadType}, not as ${payloadType}`);
  if (signers.length === 0)
    throw envelopeUntrusted('no signature on it was made by a known key over this content');
  return { id: digestOf(signed), signers, content: readPayload(payloadBytes(envelope)) };
}

export interface EnvelopeTrust {
  readonly publicKeys: readonly string[];
  readonly verify: VerifySignature;
}

/** The envelope as a file's text. */
export function envelopeText(envelope: Envelope): string {
  return `${canonicalJson(envelope)}\n`;
}

/** The envelope of a file. Says nothing about its signatures. Throws `ledger.envelope-unreadable`. */
export function parseEnvelope(content: string | Uint8Array): Envelope {
  const value = parseStrictJson(content) as Partial<Envelope> | null;
  const scheme = schemes.find((one) => one === value?.scheme);
  if (scheme === undefined || !value)
    throw envelopeUnreadable(
      `its scheme is ${JSON.stringify(value?.scheme)}; this godwit reads ${schemes.join(' and ')}`,
    );
  const { payloadType, payload, signatures } = value;
  const whole =
    typeof payloadType === 'string' &&
    typeof payload === 'string' &&
    Array.isArray(signatures) &&
    signatures.every((one) => typeof one?.keyid === 'string' && typeof one?.sig === 'string');
  if (!whole) throw envelopeUnreadable('a part of it is missing');
  return {
    scheme,
    payloadType,
    payload,
    signatures: signatures.map(({ keyid, sig }) => ({ keyid, sig })),
  };
}

function holds(
  scheme: EnvelopeScheme,
  key: string,
  signed: Uint8Array,
  signature: Uint8Array,
  verify: VerifySignature,
): boolean {
  return scheme === 'sshsig'
    ? verifySshSignature(key, signed, signature, verify)
    : verify(key, signed, signature);
}

function signedBytes(envelope: Envelope): Uint8Array {
  return preAuthEncoding(envelope.payloadType, payloadBytes(envelope));
}

function payloadBytes(envelope: Envelope): Uint8Array {
  return fromBase64(envelope.payload);
}

/** DSSE allows both alphabets; nothing else is accepted. */
function fromBase64(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  const spelled = [bytes.toString('base64'), bytes.toString('base64url')];
  if (!spelled.includes(text) && text.replaceAll('-', '+').replaceAll('_', '/') !== spelled[0])
    throw envelopeUnreadable('a part of it is not base64');
  return bytes;
}

function readPayload(bytes: Uint8Array): unknown {
  const content = parseStrictJson(bytes);
  if (Buffer.compare(Buffer.from(canonicalJson(content)), bytes) !== 0)
    throw envelopeUnreadable('its payload is not in canonical form');
  return content;
}
