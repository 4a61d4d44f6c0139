import { offerUnreadable } from './faults.ts';

/**
 * What a ledger's owner hands to a witness, as a text (the request of c2sp.org/tlog-witness): `old` and the size the witness
 * saw last, the consistency proof from there in base64, a line each, an empty line, and the checkpoint's note.
 */
export interface WitnessOffer {
  readonly old: number;
  readonly proof: readonly Uint8Array[];
  readonly note: string;
}

export function offerText({ old, proof, note }: WitnessOffer): string {
  const lines = proof.map((part) => `${Buffer.from(part).toString('base64')}\n`);
  return `old ${old}\n${lines.join('')}\n${note}`;
}

/** A tree of more than 2^63 entries would need more. */
const proofPartsMax = 63;

/** Throws `ledger.offer-unreadable`. What it says is not believed by reading it. */
export function readOffer(text: string): WitnessOffer {
  const middle = text.indexOf('\n\n');
  const [head = '', ...parts] = text.slice(0, Math.max(0, middle)).split('\n');
  const old = /^old (0|[1-9]\d{0,14})$/.exec(head)?.[1];
  if (old === undefined) throw offerUnreadable('it does not begin with "old" and a size');
  if (parts.length > proofPartsMax) throw offerUnreadable(`its proof has ${parts.length} parts`);
  return { old: Number(old), proof: parts.map(proofPart), note: text.slice(middle + 2) };
}

function proofPart(line: string): Uint8Array {
  const bytes = Buffer.from(line, 'base64');
  if (bytes.length !== 32 || bytes.toString('base64') !== line)
    throw offerUnreadable(`a line of its proof is no SHA-256: ${line}`);
  return new Uint8Array(bytes);
}
