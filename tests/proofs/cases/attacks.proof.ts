import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Defence } from '../attacks/defence.ts';
import { defences } from '../attacks/defences.ts';
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
    const chosen = defences.slice(0, count ?? undefined);
    const standing = await withAllDefences(copy, chosen);
    for (const defence of chosen) {
      const { attack, test, name } = defence;
      const before = standing.get(test)?.filter((one) => one.name.includes(name)) ?? [];
      const after = await withoutDefence(copy, defence);
      const passed = before.length > 0 && before.every(({ passes }) => passes);
      const failed = after.filter(({ passes }) => !passes).length;
      const noticed = passed && failed > 0;
      outcomes[attack] = noticed
        ? `repelled; without the defence ${failed} of ${after.length} fail`
        : `NOT SHOWN: with the defence ${passed ? 'all pass' : 'not all pass'}, without it ${failed} of ${after.length} fail`;
      holds &&= noticed;
      say(`${attack}: ${outcomes[attack]}`);
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  return { holds, figures: { attacks: Object.keys(outcomes).length, outcomes } };
};

interface Outcome {
  readonly name: string;
  readonly passes: boolean;
}

/** Each file of tests once: what is expected of a test whose defence stands. */
async function withAllDefences(
  copy: string,
  chosen: readonly Defence[],
): Promise<ReadonlyMap<string, readonly Outcome[]>> {
  const outcomes = new Map<string, readonly Outcome[]>();
  for (const test of new Set(chosen.map((one) => one.test))) {
    const names = chosen.filter((one) => one.test === test).map(({ name }) => name);
    outcomes.set(test, await runTests(copy, test, names));
  }
  return outcomes;
}

async function withoutDefence(
  copy: string,
  { file, from, to, test, name }: Defence,
): Promise<readonly Outcome[]> {
  const path = join(copy, file);
  const source = readFileSync(path, 'utf8');
  if (source.split(from).length !== 2) throw new RangeError(`${file} no longer holds this once: ${from}`);
  writeFileSync(
    path,
    source.replace(from, () => to),
  );
  try {
    return await runTests(copy, test, [name]);
  } finally {
    writeFileSync(path, source);
  }
}

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** Every test of the file whose name holds one of these words, and whether it passes. */
async function runTests(copy: string, test: string, names: readonly string[]): Promise<readonly Outcome[]> {
  const pattern = names.map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('|');
  const report = join(copy, 'report.json');
  rmSync(report, { force: true });
  const chosen = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', test, '-t', pattern];
  const options = [
    ...(test.includes('.long.') ? ['--config', 'tests/corpora/vitest.config.ts'] : []),
    '--reporter=json',
    `--outputFile=${report}`,
    '--testTimeout=300000',
    '--hookTimeout=300000',
  ];
  const child = spawn(process.execPath, [...chosen, ...options], { cwd: copy, stdio: 'ignore' });
  await once(child, 'close');
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
  return testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'passed' || status === 'failed')
    .map(({ fullName, status }) => ({ name: fullName, passes: status === 'passed' }));
}
