import { GodwitError } from '../../model/index.ts';

export function backupUnusable(file: string, why: string): GodwitError {
  return new GodwitError({
    code: 'drill.backup-unusable',
    title: 'This backup cannot be restored',
    detail: `${file}: ${why}`,
    nextStep:
      'Take a new backup, see that it comes to its end, and run the drill again: this one would not have helped.',
    fate: 'never',
    where: { file },
  });
}

export function reachesOut(file: string, line: number, words: string): GodwitError {
  return new GodwitError({
    code: 'drill.backup-reaches-out',
    title: 'This backup would leave the scratch system while it is restored',
    detail: `line ${line} of ${file} says ${words}`,
    nextStep:
      'Take the backup of one database without naming it: mariadb-dump without --databases, pg_dump without --create.',
    fate: 'never',
    where: { file },
  });
}

export function clientTooOld(client: string, server: string): GodwitError {
  return new GodwitError({
    code: 'drill.client-too-old',
    title: 'The client is older than the server',
    detail: `${client} is older than the server, ${server}`,
    nextStep:
      "Install the client of the server's version and name its folder in godwit.yaml: drills, restore, programs.",
    fate: 'never',
  });
}

export function programFailed(what: string, lines: readonly string[], output: string): GodwitError {
  return new GodwitError({
    code: 'drill.program-failed',
    title: `${what} failed`,
    detail:
      lines.length === 0 ? 'it gave no reason that can be shown without showing records' : lines.join('; '),
    nextStep: `Everything it printed is in ${output}, which may show records. Mend the cause and run the drill again.`,
    fate: 'never',
    where: { file: output },
  });
}

export function noRoom(scratch: string, cause: unknown): GodwitError {
  return new GodwitError({
    code: 'drill.no-room',
    title: 'There is no room for the restored backup',
    detail: `${scratch}: ${cause instanceof Error ? cause.message : String(cause)}`,
    nextStep:
      'Make room there, or name a scratch system where there is some; on that day it will be needed too.',
    fate: 'later',
    cause,
  });
}

export function scratchNotEmpty(scratch: string, objects: number): GodwitError {
  return new GodwitError({
    code: 'drill.scratch-not-empty',
    title: 'The scratch system is not empty',
    detail: `${scratch} holds ${objects} tables and other things that no drill of this project put there`,
    nextStep: 'Name a database or file that does not exist yet: the drill makes it, and drops it at its end.',
    fate: 'never',
  });
}

export function scratchIsLive(scratch: string, role: 'source' | 'target'): GodwitError {
  return new GodwitError({
    code: 'drill.scratch-is-live',
    title: `The scratch system is the ${role} itself`,
    detail: scratch,
    nextStep: 'Name another database, best on another server: a drill overwrites what it restores into.',
    fate: 'never',
  });
}
