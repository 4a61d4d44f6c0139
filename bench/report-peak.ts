import { appendFileSync } from 'node:fs';
import { peakMiB } from './peak-memory.ts';

/** Loaded before a measured process (`node --import`): when it ends it writes the peak of its memory, in MiB, and its processor time. */
const file = process.env['BENCH_PEAK_FILE'];
if (file !== undefined)
  process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    appendFileSync(file, `${JSON.stringify({ peakMiB: peakMiB(), seconds: (user + system) / 1e6 })}\n`);
  });
