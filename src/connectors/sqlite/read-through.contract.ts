import { readFileSync } from 'node:fs';
import { sealFromKey, silentLog, systemClock, systemRandom } from '../../host/index.ts';
import { findRelation } from '../../model/index.ts';
import { sqlite } from './open.ts';

/** Runs as a process of its own, with little memory: reads `wide` from end to end and says how many records and how fast. */
const system = await sqlite.open(
  { path: process.argv[2] ?? '' },
  {
    name: 'source',
    role: 'source',
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    seal: sealFromKey(new Uint8Array(32)),
    signal: new AbortController().signal,
  },
);
const relation = findRelation(await system.inspects.inspect(), 'wide');
if (relation === undefined) throw new Error('there is nothing wide to read');
const snapshot = await system.reads.snapshot();
const started = systemClock.elapsedMs();
let rows = 0;
for await (const batch of snapshot.read(relation, { number: 0, after: null, upTo: null, rowsEstimate: 0 }))
  rows += batch.rows.length;
const seconds = (systemClock.elapsedMs() - started) / 1_000;
process.stdout.write(
  JSON.stringify({ rows, rowsPerSecond: Math.round(rows / seconds), maxRssKiB: peakKiB() }),
);

/** What the resource usage says counts in what the process that started this one held. */
function peakKiB(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS;
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
}
