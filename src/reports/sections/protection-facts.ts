import type { PacedBy, ReadBudget, RunOptions } from '../../model/index.ts';

/** How the run spares the systems for others, a fact a line; none in a runbook that says nothing of it. */
export function protectionFacts({
  protection,
  checkpoints,
}: RunOptions): readonly (readonly [string, string])[] {
  const beside = checkpoints === undefined ? [] : [['keeps checkpoints', besideText] as const];
  if (protection === undefined) return beside;
  const { source, target } = protection;
  const { lockTimeoutSeconds: seconds } = target;
  return [
    ['reads the source', source.read ? budgetText(source.read) : 'as fast as it goes'],
    ...restsWhen('source', source),
    ...restsWhen('target', target),
    ...(seconds === undefined
      ? []
      : [['lets go of a lock', `it waits for longer than ${seconds} s`] as const]),
    ...beside,
  ];
}

/** Where the role may keep nothing in the target. */
const besideText =
  'beside the target, in the folder of the project: only there the run can go on or be taken back, by one process at a time, and not when the target is restored or fails over meanwhile';

function budgetText({ mibPerSecondMax: mib, timePercentMax: percent, holds }: ReadBudget): string {
  const limits = [
    ...(mib === undefined ? [] : [`at most ${mib} MiB a second`]),
    ...(percent === undefined ? [] : [`at most ${percent} % of the time`]),
  ].join(' and ');
  return holds === 'always' ? limits : `${limits} while others work on it, else as fast as it goes`;
}

function restsWhen(role: string, limits: PacedBy): readonly (readonly [string, string])[] {
  const { replicaLagSecondsMax: lag, logMibPerSecondMax: written, logKeptMibMax: kept } = limits;
  return [
    ...(lag === undefined ? [] : [`a replica of the ${role} is more than ${lag} s behind`]),
    ...(written === undefined ? [] : [`the ${role} writes more than ${written} MiB of log a second`]),
    ...(kept === undefined ? [] : [`the ${role} keeps more than ${kept} MiB of log`]),
  ].map((text) => ['rests while', text] as const);
}
