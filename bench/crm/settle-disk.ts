import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from './run-command.ts';

let restSeconds = 0;

/** How long the disk rests before anything is measured. Rented disks give more for a while to who did not write. */
export function restBeforeMeasuring(seconds: number): void {
  restSeconds = seconds;
}

/** What was written before is on the disk: else whoever is measured next, and waits for the disk, waits for that too. */
export async function settleDisk(): Promise<void> {
  await runCommand('sync', []);
  await sleep(restSeconds * 1000);
}
