import { readFileSync } from 'node:fs';

/**
 * The most memory this process has held so far, in MiB. Where there is `/proc` it is taken from there, because the one of the
 * resource usage counts in what the process that started it held.
 */
export function peakMiB(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS / 1024;
  const found = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number(found) / 1024;
}
