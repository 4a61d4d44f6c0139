import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Proof } from '../proof.ts';

/**
 * The mapping language against PostgreSQL 15 and 18: every function, operator and cast with 1,000 generated cases each, equal
 * results or equal errors. The tests are the ones of every day, told to do their full count.
 */
export const prove: Proof = async ({ seed, say }) => {
  const files = [
    'src/expressions/agrees-with-postgres.test.ts',
    'src/expressions/time/agrees-with-postgres.test.ts',
  ];
  const told: string[] = [];
  const code = await run(['vitest', 'run', ...files, '--disable-console-intercept'], seed, (line) => {
    const text = line.replaceAll(/\u001b\[[0-9;]*m/g, '');
    if (/"disagreements"|disagreements|Tests {2}/.test(text)) told.push(text.trim());
    say(text);
  });
  const disagreements = told.flatMap((line) => /"disagreements":\s*(\d+)/.exec(line)?.[1] ?? []);
  return {
    holds: code === 0 && disagreements.length > 0 && disagreements.every((count) => count === '0'),
    figures: { exitCode: code, said: told },
  };
};

function run(args: readonly string[], seed: number, onLine: (line: string) => void): Promise<number | null> {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const env = { ...process.env, GODWIT_PROVE: '1', GODWIT_SEED: String(seed) };
  const child = spawn('npx', args, { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let rest = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  return new Promise((resolve) => child.on('close', resolve));
}
