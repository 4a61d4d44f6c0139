import type { SigningKey, VerifySignature } from '../host/index.ts';
import { noteUnreadable } from './faults.ts';
import { openNote, signNote } from './signed-note.ts';

/** What a runner vouches for: the first `size` entries of this ledger have this Merkle root. */
export interface Checkpoint {
  /** Names the ledger, and is the name of the key that signs: `godwit/<project>`. */
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/** The checkpoint as a C2SP note (c2sp.org/tlog-checkpoint): origin, size, root in base64, a line each. */
export function signCheckpoint(checkpoint: Checkpoint, key: SigningKey): string {
  const { origin, size, root } = checkpoint;
  const text = `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
  return signNote(text, origin, key);
}

/** The checkpoint of a note this runner has signed for this ledger. Throws `ledger.note-unreadable`. */
export function openCheckpoint(note: string, trust: CheckpointTrust): Checkpoint {
  const [origin] = note.split('\n', 1);
  // Said before the signature, which carries the same name: that alone would not tell of a project that was given another one.
  if (origin?.startsWith('godwit/') && origin !== trust.origin)
    throw noteUnreadable(
      `it speaks of ${origin}, not of ${trust.origin}; if the project was renamed, give it its old name back`,
    );
  const checkpoint = readCheckpoint(openNote(note, trust.origin, trust.publicKey, trust.verify));
  if (checkpoint.origin !== trust.origin)
    throw noteUnreadable(`it speaks of ${checkpoint.origin}, not of ${trust.origin}`);
  return checkpoint;
}

/** What a note claims, without looking at who signed it: enough to refuse, never enough to believe. */
export function claimedCheckpoint(note: string): Checkpoint {
  return readCheckpoint(note.slice(0, note.lastIndexOf('\n\n') + 1));
}

function readCheckpoint(text: string): Checkpoint {
  const [origin, size, root, end, ...more] = text.split('\n');
  if (origin === undefined || size === undefined || root === undefined || end !== '' || more.length > 0)
    throw noteUnreadable('it is not a checkpoint of three lines');
  if (!/^(?:0|[1-9]\d{0,14})$/.test(size)) throw noteUnreadable(`${size} is not a number of entries`);
  const bytes = Buffer.from(root, 'base64');
  if (bytes.length !== 32 || bytes.toString('base64') !== root)
    throw noteUnreadable('its root is not a SHA-256');
  return { origin, size: Number(size), root: new Uint8Array(bytes) };
}

export interface CheckpointTrust {
  readonly origin: string;
  /** The runner's public key, from somewhere the ledger's owner does not control. */
  readonly publicKey: string;
  readonly verify: VerifySignature;
}

/** Who had it: the ledger's own folder, or somebody outside. */
export type CheckpointHolder = 'kept' | 'witnessed';

export interface HeldCheckpoint extends Checkpoint {
  readonly from: CheckpointHolder;
}
