import { GodwitError } from '../model/index.ts';

export function portTaken(port: number, cause: unknown): GodwitError {
  return new GodwitError({
    code: 'practice.port-taken',
    title: 'The practice system cannot listen on this port',
    detail: `127.0.0.1:${port}: ${cause instanceof Error ? cause.message : String(cause)}`,
    nextStep: 'Choose another port with --port, or 0 for any that is free.',
    fate: 'never',
    cause,
  });
}

export function stateForeign(path: string, why: string): GodwitError {
  return new GodwitError({
    code: 'practice.state-foreign',
    title: 'This file is not the state of this practice system',
    detail: why,
    nextStep: 'Name another file with --state; a file that is not there is begun anew.',
    fate: 'never',
    where: { file: path },
  });
}

export function fileUnreadable(path: string, why: string, cause?: unknown): GodwitError {
  return new GodwitError({
    code: 'practice.file-unreadable',
    title: 'A file that describes the practice system cannot be used',
    detail: why,
    nextStep: 'Mend the file; the guide about practice systems shows what can stand in it.',
    fate: 'never',
    where: { file: path },
    cause,
  });
}
