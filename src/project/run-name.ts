import { digestOf } from '../host/index.ts';
import type { Runbook } from '../model/index.ts';
import { runbookId } from '../runbook/index.ts';

/** The name of the live run of a runbook: one runbook, one run, however often it is continued. */
export function runName(runbook: Runbook): string {
  return `run_${runbookId(runbook, digestOf).slice(7, 19)}`;
}
