import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeMachine } from '../../bench/machine.ts';
import type { Proof } from './proof.ts';

/** `npm run prove -- <case> [--seed n] [--count n] [--minutes n] [--no-save]`: the full count of a long proof; keeps seed, machine and result. */
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
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
const started = performance.now();
const result = await prove({
  seed,
  count: values.count === undefined ? null : Number(values.count),
  enough: () => performance.now() - started > Number(values.minutes ?? Number.POSITIVE_INFINITY) * 60_000,
  say: (text) => console.log(text),
});
const minutes = Number(((performance.now() - started) / 60_000).toFixed(1));
const kept = {
  case: name,
  date: new Date().toISOString().slice(0, 10),
  seed,
  minutes,
  machine: describeMachine(),
  ...result,
};
console.log(JSON.stringify(kept, null, 2));
if (values['no-save'] !== true) {
  const results = fileURLToPath(new URL('results/', import.meta.url));
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, `${name}.json`), `${JSON.stringify(kept, null, 2)}\n`);
}
process.exitCode = result.holds ? 0 : 1;
