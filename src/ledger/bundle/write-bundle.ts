import { canonicalJson } from '../canonical-json.ts';
import { claimedCheckpoint } from '../checkpoint.ts';
import type { Entry } from '../entry.ts';
import type { Envelope } from '../envelope.ts';
import { ledgerDamaged } from '../faults.ts';
import { ledgerFolder } from '../ledger-folder.ts';
import { consistencyProof, inclusionProof, type KnownRoots, leafHash } from '../merkle-tree.ts';
import { readEntry } from '../read-entry.ts';
import { readLines } from '../read-lines.ts';
import type { BundleContent } from './bundle-line.ts';

/** What goes into a bundle. Nothing of it is believed by putting it in: `verifyBundle` judges. */
export interface BundleParts {
  readonly project: string;
  readonly origin: string;
  readonly folder: string;
  /** Signed notes, the smallest first; the last one is what everything else stands under. */
  readonly notes: readonly string[];
  /** Canonical texts. */
  readonly policies: readonly string[];
  readonly runbooks: readonly string[];
  readonly envelopes: readonly Envelope[];
  /** Null: all of them. */
  readonly chosen: ((entry: Entry) => boolean) | null;
}

/** The text of a proof bundle. Throws `ledger.damaged` where the ledger does not hold what the newest note covers. */
export function bundleText(parts: BundleParts): string {
  const { project, origin, folder, notes, chosen } = parts;
  const size = Math.max(...notes.map((note) => claimedCheckpoint(note).size));
  const { leaves, lines } = readLedger(folder, size, chosen);
  const entries = chosen === null ? 'all' : 'some';
  const known: KnownRoots = new Map();
  const content: BundleContent[] = [
    { kind: 'proof', format: 'godwit-proof/1', project, origin, entries, size },
    ...parts.policies.map((text) => ({ kind: 'policy', text }) as const),
    ...parts.runbooks.map((text) => ({ kind: 'runbook', text }) as const),
    ...parts.envelopes.map(({ scheme, payloadType, payload, signatures }) => {
      const envelope = { scheme, payloadType, payload, signatures };
      return { kind: 'envelope', envelope } as const;
    }),
    ...notes.map((note, at) => checkpointLine(note, notes[at - 1], leaves)),
    ...lines.map(({ seq, line }): BundleContent => {
      const proof = chosen === null ? [] : inclusionProof(leaves, seq - 1, known).map(base64);
      return { kind: 'entry', line, proof };
    }),
  ];
  return content.map((line) => `${canonicalJson(line)}\n`).join('');
}

function checkpointLine(
  note: string,
  before: string | undefined,
  leaves: readonly Uint8Array[],
): BundleContent {
  const { size } = claimedCheckpoint(note);
  const proof =
    before === undefined
      ? []
      : consistencyProof(leaves.slice(0, size), claimedCheckpoint(before).size).map(base64);
  return { kind: 'checkpoint', note, proof };
}

interface ReadLedger {
  readonly leaves: readonly Uint8Array[];
  readonly lines: readonly { readonly seq: number; readonly line: string }[];
}

function readLedger(folder: string, size: number, chosen: BundleParts['chosen']): ReadLedger {
  const { entries } = ledgerFolder(folder);
  const leaves: Uint8Array[] = [];
  const lines: { seq: number; line: string }[] = [];
  for (const { bytes, ended } of readLines(entries)) {
    if (leaves.length === size || !ended) break;
    leaves.push(leafHash(bytes));
    const entry = readEntry(bytes);
    if ('wrong' in entry) throw ledgerDamaged(entries, `line ${leaves.length} ${entry.wrong}`);
    if (chosen === null || chosen(entry))
      lines.push({ seq: leaves.length, line: Buffer.from(bytes).toString('utf8') });
  }
  if (leaves.length === size) return { leaves, lines };
  throw ledgerDamaged(entries, `it ends after entry ${leaves.length}, a checkpoint covers ${size}`);
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
