import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { restBeforeMeasuring } from './crm/settle-disk.ts';
import type { BenchCase, Figure } from './figure.ts';
import { describeMachine } from './machine.ts';

/**
 * `npm run bench -- <case> [--json] [--scale 0.1] [--runs 5] [--rest 60] [--save]`: measures one case; `--save` keeps the
 * result in bench/results; `--rest` lets the disk rest for so many seconds before each run.
 */
const folder = fileURLToPath(new URL('cases/', import.meta.url));
const cases = readdirSync(folder).flatMap((name) => (name.endsWith('.ts') ? [name.slice(0, -3)] : []));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean' },
    scale: { type: 'string', default: '1' },
    runs: { type: 'string', default: '5' },
    rest: { type: 'string', default: '0' },
    save: { type: 'boolean' },
  },
});
const name = positionals[0] ?? '';
const [scale, runs, rest] = [Number(values.scale), Number(values.runs), Number(values.rest)];
if (!cases.includes(name) || !(scale > 0) || !(runs >= 1) || !(rest >= 0)) {
  console.error(
    `usage: npm run bench -- <case> [--json] [--scale <share>] [--runs <number>] [--rest <seconds>] [--save]\ncases: ${cases.join(', ')}`,
  );
  process.exit(2);
}

restBeforeMeasuring(rest);
const { bench } = (await import(join(folder, `${name}.ts`))) as { readonly bench: BenchCase };
const figures: Figure[] = [];
for await (const figure of bench({ scale, runs })) {
  figures.push(figure);
  console.log(values.json === true ? JSON.stringify(figure) : line(figure));
}
if (values.save === true) {
  const results = fileURLToPath(new URL('results/', import.meta.url));
  mkdirSync(results, { recursive: true });
  const date = new Date().toISOString().slice(0, 10);
  writeFileSync(
    join(results, `${name}.json`),
    `${JSON.stringify({ case: name, scale, runs, rest, date, machine: describeMachine(), figures }, null, 2)}\n`,
  );
}

function line({ figure, value, unit, against, ratio }: Figure): string {
  const beside = ratio === undefined ? '' : `  (${ratio.toFixed(2)}x of ${against ?? 'the other'})`;
  return `${figure.padEnd(40)} ${String(value).padStart(12)} ${unit}${beside}`;
}
