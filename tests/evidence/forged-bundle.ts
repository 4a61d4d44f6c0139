import { createHash } from 'node:crypto';
import {
  addCosignature,
  canonicalJson,
  claimedCheckpoint,
  leafHash,
  linkTo,
  merkleRoot,
  signCheckpoint,
} from '../../src/ledger/index.ts';
import { bensKey, runner, witnesses } from './evidence-world.ts';

/** An entry as somebody may have written it, who need not keep to anything. */
export type ForgedEntry = Record<string, unknown>;

/**
 * A whole bundle as the runner could have made it who wants to deceive: entries changed, chained anew unless the chain is what is
 * forged, and every checkpoint signed anew over what is there now. No witness has seen it.
 */
export function forgedBundle(
  bundle: string,
  change: (entries: ForgedEntry[]) => void,
  chain: 'anew' | 'as-forged' = 'anew',
): string {
  const lines = bundle
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ForgedEntry);
  const entries = lines.filter((line) => !Object.hasOwn(line, 'kind'));
  change(entries);
  const leaves: Uint8Array[] = [];
  let link: string | null = null;
  for (const entry of entries) {
    if (chain === 'anew') entry['prev'] = link;
    const line = Buffer.from(canonicalJson(entry));
    link = linkTo(line);
    leaves.push(leafHash(line));
  }
  const head = lines.filter((line) => Object.hasOwn(line, 'kind')).map((line) => anew(line, leaves));
  return [...head, ...entries].map((line) => `${canonicalJson(line)}\n`).join('');
}

function anew(line: ForgedEntry, leaves: readonly Uint8Array[]): ForgedEntry {
  if (line['kind'] !== 'checkpoint') return line;
  const { origin, size } = claimedCheckpoint(String(line['note']));
  return { ...line, note: signCheckpoint({ origin, size, root: merkleRoot(leaves.slice(0, size)) }, runner) };
}

/** One line of a kind, changed. */
function withLine(bundle: string, kind: string, change: (line: ForgedEntry) => void): string {
  const lines = bundle.split('\n');
  const at = lines.findIndex((line) => line.includes(`"kind":"${kind}"`));
  const line = JSON.parse(lines[at] ?? '') as ForgedEntry;
  change(line);
  return lines.with(at, canonicalJson(line)).join('\n');
}

/** A witness says that it saw this in the year 10000. */
export function seenTooLate(bundle: string): string {
  const [witness] = witnesses;
  if (!witness) throw new RangeError('there is no witness');
  return withLine(bundle, 'checkpoint', (line) => {
    line['note'] = addCosignature(String(line['note']), 'w1.example', witness, '+010000-01-01T00:00:00.000Z');
  });
}

/** The signature on the last decision, made anew by Ben as SSH would make it with a hash that SSH signatures do not have. */
export function signedWithOtherHash(bundle: string): string {
  const lines = bundle.split('\n');
  const at = lines.findLastIndex((line) => line.includes('"kind":"envelope"'));
  const line = JSON.parse(lines[at] ?? '') as { payloadType: string; payload: string; signatures: object[] };
  const payload = Buffer.from(line.payload, 'base64');
  const frame = `DSSEv1 ${line.payloadType.length} ${line.payloadType} ${payload.length} `;
  const message = Buffer.concat([Buffer.from(frame), payload]);
  const fields = ['godwit', '', 'sha384', createHash('sha384').update(message).digest()];
  const parts = fields.flatMap((field) => [
    Buffer.from([0, 0, 0, field.length]),
    Buffer.from(field as string),
  ]);
  const sig = Buffer.from(bensKey.sign(Buffer.concat([Buffer.from('SSHSIG'), ...parts]))).toString('base64');
  line.signatures = [{ keyid: bensKey.publicKey, scheme: 'ssh-sha384', sig }];
  return lines.with(at, canonicalJson(line)).join('\n');
}
