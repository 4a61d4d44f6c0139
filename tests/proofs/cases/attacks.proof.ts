import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type Defence, defences } from '../attacks/defences.ts';
import type { Proof } from '../proof.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Every attack on approvals has a test with teeth: with its defence taken away in a copy of the sources that test fails, and
 * with all of them in place every one passes. `--count` takes the first so many.
 */
export const prove: Proof = async ({ count, say }) => {
  const copy = mkdtempSync(join(tmpdir(), 'godwit-attacks-'));
  const outcomes: Record<string, string> = {};
  let holds = true;
  try {
    for (const name of ['src', 'tests', 'package.json', 'vitest.config.ts', 'tsconfig.json'])
      cpSync(join(root, name), join(copy, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    for (const defence of defences.slice(0, count ?? undefined)) {
      const { attack } = defence;
      const before = await runTest(copy, defence);
      const after = await withoutDefence(copy, defence);
      const noticed = before.failed === 0 && before.passed > 0 && after.failed > 0;
      outcomes[attack] = noticed
        ? `repelled; without the defence ${after.failed} of ${after.failed + after.passed} fail`
        : `NOT SHOWN: with the defence ${before.failed} of ${before.failed + before.passed} fail, without it ${after.failed}`;
      holds &&= noticed;
      say(`${attack}: ${outcomes[attack]}`);
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  return { holds, figures: { attacks: Object.keys(outcomes).length, outcomes } };
};

interface Outcome {
  readonly passed: number;
  readonly failed: number;
}

async function withoutDefence(copy: string, { file, from, to, ...rest }: Defence): Promise<Outcome> {
  const path = join(copy, file);
  const source = readFileSync(path, 'utf8');
  if (source.split(from).length !== 2) throw new RangeError(`${file} no longer holds this once: ${from}`);
  writeFileSync(
    path,
    source.replace(from, () => to),
  );
  try {
    return await runTest(copy, { file, from, to, ...rest });
  } finally {
    writeFileSync(path, source);
  }
}

async function runTest(copy: string, { test, name }: Defence): Promise<Outcome> {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const pattern = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const child = spawn(
    process.execPath,
    [vitest, 'run', test, '-t', pattern, '--reporter=json', '--testTimeout=300000', '--hookTimeout=300000'],
    { cwd: copy, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const printed = await text(child.stdout);
  const start = printed.indexOf('{"');
  if (start < 0) throw new Error(`${test} was not run:\n${printed}`);
  const { numPassedTests, numFailedTests } = JSON.parse(printed.slice(start)) as {
    readonly numPassedTests: number;
    readonly numFailedTests: number;
  };
  return { passed: numPassedTests, failed: numFailedTests };
}
