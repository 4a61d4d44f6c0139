import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifySignature } from '../../src/host/index.ts';
import { bundleText, verifyBundle } from '../../src/ledger/index.ts';
import { type LargeLedger, makeLargeLedger, verifyLarge } from '../../tests/evidence/large-ledger.ts';
import { verifyProof } from '../../tests/evidence/two-verifiers.ts';
import type { BenchOptions, Figure } from '../figure.ts';

/** How long it takes to check a ledger of 100,000 entries, and a proof bundle of all of it; godwit's verifier and the other one. */
const entriesFull = 100_000;

export async function* bench({ scale, runs }: BenchOptions): AsyncGenerator<Figure> {
  const entries = 10 * Math.round((entriesFull * scale) / 10);
  const work = mkdtempSync(join(tmpdir(), 'godwit-bench-'));
  const figure = (name: string, value: number, unit: string): Figure => ({
    bench: 'ledger-verify',
    case: `${entries} entries`,
    figure: name,
    value,
    unit,
  });
  try {
    const ledger = await makeLargeLedger(work, entries);
    const bundle = Buffer.from(wholeBundle(ledger));
    yield figure('the bundle', Math.round(bundle.length / 2 ** 20), 'MiB');
    const ways: readonly (readonly [string, () => boolean])[] = [
      ['the ledger in its folder', () => verifyLarge(ledger, ledger.witnessed.notes).intact],
      ['the bundle', () => verifyBundle(bundle, ledger.trust, verifySignature).holds],
      ['the bundle, by the other verifier', () => verifyProof(bundle, ledger.trust).holds],
    ];
    for (const [name, way] of ways) yield figure(name, median(runs, way), 's');
  } finally {
    rmSync(work, { recursive: true });
  }
}

function wholeBundle({ folder, trust, witnessed }: LargeLedger): string {
  return bundleText({
    project: trust.project,
    origin: trust.origin,
    folder,
    notes: witnessed.notes,
    policies: [],
    runbooks: [],
    envelopes: [],
    chosen: null,
  });
}

/** Seconds, of so many times. Throws when the evidence does not hold. */
function median(runs: number, way: () => boolean): number {
  const seconds = Array.from({ length: runs }, () => {
    const began = performance.now();
    if (!way()) throw new Error('what nobody touched does not hold');
    return (performance.now() - began) / 1000;
  }).sort((a, b) => a - b);
  return Number((seconds[Math.floor(runs / 2)] ?? 0).toFixed(2));
}
