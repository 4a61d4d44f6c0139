import { appendFileSync, readFileSync } from 'node:fs';

/**
 * Loaded before a measured process (`node --import`): when it ends it writes the peak of its memory, in MiB, and its processor
 * time. Where there is `/proc` the peak is taken from there, because the one of the resource usage counts in what the process
 * that started it held.
 */
const file = process.env['BENCH_PEAK_FILE'];
if (file !== undefined)
  process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    appendFileSync(file, `${JSON.stringify({ peakMiB: peakMiB(), seconds: (user + system) / 1e6 })}\n`);
  });

function peakMiB(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS / 1024;
  const found = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number(found) / 1024;
}
