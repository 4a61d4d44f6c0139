import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Proof } from '../proof.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const test = 'tests/attacks/stopped-at-record.long.test.ts';

/**
 * 250,000 records, a budget that is used up at record 14,502: the run ends within that slice, or the step is taken back; plain SQL
 * says what the target holds; status names the rule and the person; it goes on by that person's signature alone, to the last
 * record. The test holds every one of these sentences; this keeps that it passed, and how long it took.
 */
export const prove: Proof = async ({ say }) => {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-stopped-'));
  try {
    const report = join(folder, 'report.json');
    const config = 'tests/corpora/vitest.config.ts';
    const chosen = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', config, test];
    const options = ['--reporter=json', `--outputFile=${report}`, '--testTimeout=1200000'];
    const child = spawn(process.execPath, [...chosen, ...options], { cwd: root, stdio: 'ignore' });
    await once(child, 'close');
    const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
    const all = testResults.flatMap(({ assertionResults }) => assertionResults);
    for (const { title, status } of all) say(`${title}: ${status}`);
    const outcomes = Object.fromEntries(
      all.map(({ title, status, duration }) => [title, `${status}, ${Math.round((duration ?? 0) / 1000)} s`]),
    );
    const holds = all.length === 2 && all.every(({ status }) => status === 'passed');
    return { holds, figures: { records: 250_000, tripsAtRecord: 14_502, recordsInASlice: 1_000, outcomes } };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly title: string;
      readonly status: string;
      readonly duration?: number;
    }[];
  }[];
}
