import { canonicalJson } from '../canonical-json.ts';
import { claimedCheckpoint } from '../checkpoint.ts';
import type { Entry } from '../entry.ts';
import type { Envelope } from '../envelope.ts';
import { ledgerDamaged } from '../faults.ts';
import { ledgerFolder } from '../ledger-folder.ts';
import { leavesOfNextSubtree } from '../merkle-range.ts';
import { leafHash, merkleRoot } from '../merkle-tree.ts';
import { readEntry } from '../read-entry.ts';
import { readLines } from '../read-lines.ts';
import { readSshSignature } from '../ssh-signature.ts';
import { type BundleContent, type BundledEnvelope, bundleFormat } from './bundle-line.ts';

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
  const content: readonly BundleContent[] = [
    { kind: 'proof', format: bundleFormat, project, origin, size },
    ...parts.policies.map((text) => ({ kind: 'policy', text }) as const),
    ...parts.runbooks.map((text) => ({ kind: 'runbook', text }) as const),
    ...parts.envelopes.map(bundledEnvelope),
    ...notes.map((note) => ({ kind: 'checkpoint', note }) as const),
  ];
  const stops = new Set(notes.map((note) => claimedCheckpoint(note).size));
  const history = chosen === null ? lines.map(({ line }) => line) : [...withGaps(leaves, lines, stops)];
  return [...content.map(canonicalJson), ...history].map((line) => `${line}\n`).join('');
}

function bundledEnvelope({ scheme, payloadType, payload, signatures }: Envelope): BundledEnvelope {
  return {
    kind: 'envelope',
    payloadType,
    payload,
    signatures: signatures.map(({ keyid, sig }) => {
      if (scheme === 'dsse-ed25519') return { keyid, scheme: 'ed25519', sig };
      const read = readSshSignature(Buffer.from(sig, 'base64'));
      const name = read?.hashName === 'sha256' ? 'ssh-sha256' : 'ssh-sha512';
      return { keyid, scheme: name, sig: base64(read?.signed ?? new Uint8Array()) };
    }),
  };
}

type KeptLine = { readonly seq: number; readonly line: string };

/** The chosen lines, and between them what stands for those that are left out, cut where a checkpoint ends. */
function* withGaps(
  leaves: readonly Uint8Array[],
  lines: readonly KeptLine[],
  stops: ReadonlySet<number>,
): Generator<string> {
  const kept = new Map(lines.map(({ seq, line }) => [seq, line]));
  let from = 0;
  for (let seq = 1; seq <= leaves.length; seq += 1) {
    const line = kept.get(seq);
    if (line !== undefined) {
      yield line;
      from = seq;
    } else if (stops.has(seq) || kept.has(seq + 1)) {
      yield canonicalJson(skipped(leaves, from, seq));
      from = seq;
    }
  }
}

function skipped(leaves: readonly Uint8Array[], from: number, to: number): BundleContent {
  const hashes: string[] = [];
  for (let at = from; at < to; ) {
    const next = at + leavesOfNextSubtree(at, to);
    hashes.push(base64(merkleRoot(leaves.slice(at, next))));
    at = next;
  }
  return { kind: 'skipped', hashes, to };
}

interface ReadLedger {
  readonly leaves: readonly Uint8Array[];
  readonly lines: readonly KeptLine[];
}

function readLedger(folder: string, size: number, chosen: BundleParts['chosen']): ReadLedger {
  const { entries } = ledgerFolder(folder);
  const leaves: Uint8Array[] = [];
  const lines: KeptLine[] = [];
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
