import type { SigningKey, VerifySignature } from '../host/index.ts';
import { noteUnreadable } from './faults.ts';
import { noteKeyId, noteLine, noteText, signaturesOf } from './signed-note.ts';

/**
 * A witness's word on a checkpoint (c2sp.org/tlog-cosignature, v1 with Ed25519): "at this time, this was the longest history
 * of this ledger I had seen, and it goes on from all that I had seen before". The line holds the key id, the time as eight
 * bytes, and the signature over `cosignature/v1`, the time, and the checkpoint's text.
 */
export interface Cosignature {
  readonly witness: string;
  /** ISO instant of whole seconds, by the witness's clock. */
  readonly time: string;
}

export interface WitnessKey {
  /** Without spaces and plus signs: `ci.example/witness`. It is not part of what is signed, so one key has one name. */
  readonly name: string;
  readonly publicKey: string;
}

/** The note with the witness's line behind it. @param time ISO instant */
export function addCosignature(note: string, name: string, key: SigningKey, time: string): string {
  const seconds = BigInt(Math.floor(Date.parse(time) / 1000));
  const signature = key.sign(cosignedBytes(noteText(note), seconds));
  const stamp = Buffer.alloc(8);
  stamp.writeBigUInt64BE(seconds);
  const line = noteLine(
    name,
    noteKeyId(name, key.publicKey, 'cosignature'),
    Buffer.concat([stamp, signature]),
  );
  return note + line;
}

/**
 * Those of known witnesses, the earliest of each; lines of others are passed over, as the format asks. Throws
 * `ledger.note-unreadable` when a line of a known witness does not hold: somebody changed it.
 */
export function cosignaturesOn(
  note: string,
  witnesses: readonly WitnessKey[],
  verify: VerifySignature,
): readonly Cosignature[] {
  return witnesses.flatMap(({ name, publicKey }) => {
    const times = signaturesOf(note, name, noteKeyId(name, publicKey, 'cosignature')).map((signature) =>
      secondsOf(signature, noteText(note), { name, publicKey }, verify),
    );
    const [first] = times.sort((a, b) => a - b);
    return first === undefined ? [] : { witness: name, time: new Date(first * 1000).toISOString() };
  });
}

/** The last second of the year 9999. */
const secondsMax = 253_402_300_799n;

function secondsOf(
  stamped: Uint8Array,
  text: string,
  { name, publicKey }: WitnessKey,
  verify: VerifySignature,
): number {
  const seconds = stamped.length === 72 ? Buffer.from(stamped).readBigUInt64BE() : secondsMax + 1n;
  if (seconds > secondsMax || !verify(publicKey, cosignedBytes(text, seconds), stamped.subarray(8)))
    throw noteUnreadable(`the cosignature of ${name} does not fit its text`);
  return Number(seconds);
}

function cosignedBytes(text: string, seconds: bigint): Uint8Array {
  return new TextEncoder().encode(`cosignature/v1\ntime ${seconds}\n${text}`);
}
