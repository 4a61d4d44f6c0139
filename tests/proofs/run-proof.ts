import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeMachine } from '../../bench/machine.ts';
import { Progress } from './progress.ts';
import type { Proof } from './proof.ts';

/**
 * `npm run prove -- <case> [--seed n] [--count n] [--minutes n] [--no-save]`: the full count of a long proof; keeps seed, machine
 * and result. Proofs that say what they find as they go keep it in `progress/`, and go on there when they were cut.
 */
const folder = fileURLToPath(new URL('cases/', import.meta.url));
const cases = readdirSync(folder).flatMap((name) => (name.endsWith('.proof.ts') ? [name.slice(0, -9)] : []));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string' },
    count: { type: 'string' },
    minutes: { type: 'string' },
    'no-save': { type: 'boolean' },
  },
});
const name = positionals[0] ?? '';
if (!cases.includes(name)) {
  console.error(
    `usage: npm run prove -- <case> [--seed <number>] [--count <number>] [--minutes <number>] [--no-save]\ncases: ${cases.join(', ')}`,
  );
  process.exit(2);
}

const { prove } = (await import(join(folder, `${name}.proof.ts`))) as { readonly prove: Proof };
const saves = values['no-save'] !== true;
const progressPath = fileURLToPath(new URL(`progress/${name}.jsonl`, import.meta.url));
const progress = new Progress(saves ? progressPath : null, {
  seed: values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed),
  asked: values.seed !== undefined,
});
const { seed } = progress;
const started = performance.now();
const { cut = false, ...result } = await prove({
  seed,
  count: values.count === undefined ? null : Number(values.count),
  enough: () => performance.now() - started > Number(values.minutes ?? Number.POSITIVE_INFINITY) * 60_000,
  progress,
  say: (text) => console.log(text),
});
const minutes = Number(Math.max((performance.now() - started) / 60_000, progress.minutes).toFixed(1));
const kept = {
  case: name,
  date: new Date().toISOString().slice(0, 10),
  seed,
  minutes,
  machine: describeMachine(),
  ...result,
};
console.log(JSON.stringify(kept, null, 2));
if (cut) console.log('cut: the same command goes on');
else if (saves) {
  const results = fileURLToPath(new URL('results/', import.meta.url));
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, `${name}.json`), `${JSON.stringify(kept, null, 2)}\n`);
  progress.end();
}
process.exitCode = result.holds ? 0 : 1;
