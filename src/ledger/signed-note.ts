import { publicKeyBytes, type SigningKey, sha256Bytes, type VerifySignature } from '../host/index.ts';
import { hex } from '../model/index.ts';
import { noteUnreadable } from './faults.ts';

/**
 * C2SP signed notes (c2sp.org/signed-note) with Ed25519: a text that ends in a line feed, an empty line, and one line
 * `— <name> base64(key id || signature)` for each signer. Signatures of unknown keys are passed over, as the format asks;
 * one bad signature of the expected key makes the whole note bad.
 */
export function signNote(text: string, name: string, key: SigningKey): string {
  checkText(text);
  return `${text}\n${signatureLine(text, name, key)}`;
}

/** The same note with one more signature. */
export function addNoteSignature(note: string, name: string, key: SigningKey): string {
  return note + signatureLine(splitNote(note).text, name, key);
}

/** The text of a note this key has signed under this name. Throws `ledger.note-unreadable`. */
export function openNote(note: string, name: string, publicKey: string, verify: VerifySignature): string {
  const { text } = splitNote(note);
  const id = hex(noteKeyId(name, publicKey));
  const own = signaturesOf(note, name, noteKeyId(name, publicKey));
  if (own.length === 0) throw noteUnreadable(`it carries no signature of ${name} (key ${id})`);
  const bytes = new TextEncoder().encode(text);
  if (!own.every((signature) => verify(publicKey, bytes, signature)))
    throw noteUnreadable(`the signature of ${name} (key ${id}) does not fit its text`);
  return text;
}

/** What a signature on a note says: `note`, that its text is the signer's; `cosignature`, that a witness saw it grow. */
export type SignatureKind = 'note' | 'cosignature';

const kindByte: Readonly<Record<SignatureKind, number>> = { note: 1, cosignature: 4 };

/** First four bytes of SHA-256(name || LF || the byte of its kind || public key). */
export function noteKeyId(name: string, publicKey: string, kind: SignatureKind = 'note'): Uint8Array {
  const start = new TextEncoder().encode(`${name}\n`);
  return sha256Bytes(start, Uint8Array.of(kindByte[kind]), publicKeyBytes(publicKey)).subarray(0, 4);
}

/** What a note says, without looking at who signed it. Throws `ledger.note-unreadable`. */
export function noteText(note: string): string {
  return splitNote(note).text;
}

/** What stands behind this name and key id, one for each line that carries both. */
export function signaturesOf(note: string, name: string, id: Uint8Array): readonly Uint8Array[] {
  return splitNote(note)
    .signatures.filter((line) => line.name === name && hex(line.signature.subarray(0, 4)) === hex(id))
    .map(({ signature }) => signature.subarray(4));
}

/** The note with the lines of another note of the same text that it does not have yet. */
export function withLinesOf(note: string, other: string): string {
  if (noteText(note) !== noteText(other)) throw noteUnreadable('the two notes say different things');
  const lines = (one: string): readonly string[] => one.slice(one.lastIndexOf('\n\n') + 2, -1).split('\n');
  const own = new Set(lines(note));
  return (
    note +
    lines(other)
      .flatMap((line) => (own.has(line) ? [] : `${line}\n`))
      .join('')
  );
}

interface NoteSignature {
  readonly name: string;
  readonly signature: Uint8Array;
}

function signatureLine(text: string, name: string, key: SigningKey): string {
  const signature = key.sign(new TextEncoder().encode(text));
  return noteLine(name, noteKeyId(name, key.publicKey), signature);
}

/** One line behind a note's text. */
export function noteLine(name: string, id: Uint8Array, signature: Uint8Array): string {
  if (!/^[^\s+]+$/u.test(name))
    throw noteUnreadable(`the name ${JSON.stringify(name)} holds a space or a plus`);
  return `— ${name} ${Buffer.concat([id, signature]).toString('base64')}\n`;
}

function checkText(text: string): void {
  // oxlint-disable-next-line no-control-regex -- the format forbids exactly these characters
  if (!text.endsWith('\n') || /[\u0000-\u0009\u000b-\u001f]/.test(text) || !text.isWellFormed())
    throw noteUnreadable('its text does not end in a line feed, or holds control characters');
}

const noteCharactersMax = 100_000;

function splitNote(note: string): { readonly text: string; readonly signatures: readonly NoteSignature[] } {
  const middle = note.lastIndexOf('\n\n');
  if (middle < 0 || note.length > noteCharactersMax || !note.endsWith('\n'))
    throw noteUnreadable('it is not a signed note');
  const text = note.slice(0, middle + 1);
  checkText(text);
  const signatures = note
    .slice(middle + 2, -1)
    .split('\n')
    .map(readSignature);
  return { text, signatures };
}

function readSignature(line: string): NoteSignature {
  const match = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line);
  const [, name, encoded] = match ?? [];
  if (name === undefined || encoded === undefined)
    throw noteUnreadable(`a signature line is malformed: ${line}`);
  const signature = Buffer.from(encoded, 'base64');
  if (signature.length < 5 || signature.toString('base64') !== encoded)
    throw noteUnreadable(`a signature line is malformed: ${line}`);
  return { name, signature: new Uint8Array(signature) };
}
