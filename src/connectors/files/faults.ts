import { GodwitError } from '../../model/index.ts';

/** Every failure that leaves this shelf; what is wrong with single records is in `record-problem.ts`. */
export function folderMissing(folder: string, cause?: unknown): GodwitError {
  return new GodwitError({
    code: 'files.folder-missing',
    title: 'The folder is not there',
    detail: folder,
    nextStep: 'Check the path of this system in godwit.yaml, or create the folder.',
    fate: 'never',
    where: { path: folder },
    cause,
  });
}

function accessDenied(path: string, cause: unknown): GodwitError {
  return new GodwitError({
    code: 'files.access-denied',
    title: 'The operating system does not allow this',
    detail: path,
    nextStep: 'Give the user that runs godwit the right to read (and, for a target, to write) there.',
    fate: 'never',
    where: { path },
    cause,
  });
}

export function relationMissing(relation: string, folder: string): GodwitError {
  return new GodwitError({
    code: 'files.relation-missing',
    title: `There is no file for ${relation}`,
    detail: `in ${folder}`,
    nextStep: 'Put the file back, or take the relation out of the mapping.',
    fate: 'never',
    where: { path: folder, relation },
  });
}

export function nameClash(relation: string, files: readonly string[]): GodwitError {
  return new GodwitError({
    code: 'files.name-clash',
    title: `More than one file is called ${relation}`,
    detail: files.join(', '),
    nextStep: 'Keep one of them in the folder and move the others away.',
    fate: 'never',
    where: { relation },
  });
}

/** @param part the option that would settle it */
export function dialectUnclear(path: string, part: string, readings: string): GodwitError {
  return new GodwitError({
    code: 'files.dialect-unclear',
    title: `It is not clear how to read ${path}`,
    detail: readings,
    nextStep: `Look at the file and say \`${part}\` for it under \`files\` of this system in godwit.yaml.`,
    fate: 'never',
    where: { file: path },
  });
}

export function encodingUnclear(path: string, detail: string): GodwitError {
  return new GodwitError({
    code: 'files.encoding-unclear',
    title: `It is not clear in which encoding ${path} is written`,
    detail,
    nextStep:
      'Say `encoding` for it under `files` of this system in godwit.yaml: utf-8, utf-16le, utf-16be, latin-1 or windows-1252. With utf-8, records whose bytes are not UTF-8 become bad records.',
    fate: 'never',
    where: { file: path },
  });
}

export function headerUnusable(path: string, detail: string): GodwitError {
  return new GodwitError({
    code: 'files.header-unusable',
    title: `The header of ${path} does not name every column once`,
    detail,
    nextStep: 'Say `columns` for it under `files` of this system in godwit.yaml, one name for each column.',
    fate: 'never',
    where: { file: path, line: 1 },
  });
}

export function optionWrong(path: string, detail: string): GodwitError {
  return new GodwitError({
    code: 'files.option-wrong',
    title: `An option for ${path} cannot be used`,
    detail,
    nextStep: 'Mend what stands under `files` of this system in godwit.yaml.',
    fate: 'never',
    where: { file: path },
  });
}

export function tooManyFields(path: string, fields: number): GodwitError {
  return new GodwitError({
    code: 'files.too-many-fields',
    title: `The records of ${path} have more than ${fields} different fields`,
    nextStep: 'Keys that are values (ids, dates) do not make a relation: give the file another shape first.',
    fate: 'never',
    where: { file: path },
  });
}

export function compressionDamaged(path: string, compression: string, cause: unknown): GodwitError {
  return new GodwitError({
    code: 'files.compression-damaged',
    title: `${path} cannot be decompressed to its end`,
    detail: `${compression}: ${cause instanceof Error ? cause.message : 'unknown failure'}`,
    nextStep: 'Fetch the file again from where it came from; it was cut off or changed on the way.',
    fate: 'never',
    where: { file: path },
    cause,
  });
}

export function unitBroken(path: string): GodwitError {
  return new GodwitError({
    code: 'files.cut-off',
    title: `${path} ends in the middle of a character`,
    nextStep: 'Fetch the file again from where it came from; it was cut off on the way.',
    fate: 'never',
    where: { file: path },
  });
}

export function quotesNeverClose(path: string, line: number): GodwitError {
  return new GodwitError({
    code: 'files.quotes-never-close',
    title: `Quotes in ${path} keep opening and never close`,
    detail: `more than 100 times, the last time on line ${line}`,
    nextStep:
      'Say `quote` and `escape` for it under `files` of this system in godwit.yaml (`quote: null` when nothing quotes).',
    fate: 'never',
    where: { file: path, line },
  });
}

export function changedWhileReading(path: string, detail: string): GodwitError {
  return new GodwitError({
    code: 'files.changed-while-reading',
    title: `${path} was changed while it was read`,
    detail,
    nextStep: 'Make sure that nothing writes to the folder, then start again; or read a copy of it.',
    fate: 'pause',
    where: { file: path },
  });
}

function diskFull(path: string, cause: unknown): GodwitError {
  return new GodwitError({
    code: 'files.disk-full',
    title: 'The disk is full',
    detail: path,
    nextStep: 'Free some space and resume: the slice that did not fit is written again from its start.',
    fate: 'pause',
    where: { path },
    cause,
  });
}

function ioFailed(path: string, cause: unknown): GodwitError {
  return new GodwitError({
    code: 'files.io-failed',
    title: 'Reading or writing a file failed',
    detail: `${path}: ${cause instanceof Error ? cause.message : 'unknown failure'}`,
    nextStep: 'Check the disk or the network share, then resume.',
    fate: 'later',
    where: { path },
    cause,
  });
}

export function stateNewer(path: string, version: string): GodwitError {
  return new GodwitError({
    code: 'files.state-newer',
    title: 'A newer godwit kept notes beside these files',
    detail: `${path} has format ${version}`,
    nextStep: 'Use the godwit version that wrote it, or a newer one.',
    fate: 'never',
    where: { path },
  });
}

export function modeImpossible(mode: string, relation: string): GodwitError {
  return new GodwitError({
    code: 'files.only-appends',
    title: `A file can only be added to, not ${mode === 'upsert' ? 'upserted into' : 'updated'}`,
    detail: relation,
    nextStep: 'Map into a new file with mode `empty-only` or `append`.',
    fate: 'never',
    where: { relation },
  });
}

export function compressedTarget(path: string): GodwitError {
  return new GodwitError({
    code: 'files.target-compressed',
    title: 'A compressed file is not written to',
    detail: path,
    nextStep: 'Write into a file without .gz or .zst and compress it afterwards.',
    fate: 'never',
    where: { file: path },
  });
}

export function targetChanged(path: string, detail: string): GodwitError {
  return new GodwitError({
    code: 'files.target-changed',
    title: `${path} was changed by somebody else since this run began`,
    detail,
    nextStep:
      'Find out who writes there. Put the file back as it was and resume, or undo the run and start again.',
    fate: 'pause',
    where: { file: path },
  });
}

export function nameUnusable(relation: string): GodwitError {
  return new GodwitError({
    code: 'files.name-unusable',
    title: 'A relation of that name cannot be a file',
    detail: JSON.stringify(relation),
    nextStep: 'Give it another name in the mapping: without slash, without leading dot, at most 200 bytes.',
    fate: 'never',
    where: { relation },
  });
}

export function alreadyThere(path: string): GodwitError {
  return new GodwitError({
    code: 'files.already-there',
    title: 'The file is there already',
    detail: path,
    nextStep: 'Move it away, or map into it without `create`.',
    fate: 'never',
    where: { path },
  });
}

export function sandboxNameUnusable(name: string): GodwitError {
  return new GodwitError({
    code: 'files.sandbox-name',
    title: 'A sandbox has another kind of name',
    detail: JSON.stringify(name),
    nextStep: 'Use a name of letters, digits, _ and - that starts with `godwit_`.',
    fate: 'never',
  });
}

export function statementUnknown(statement: string): GodwitError {
  return new GodwitError({
    code: 'files.statement-unknown',
    title: 'This is no statement for a folder of files',
    detail: statement.slice(0, 200),
    nextStep: 'Make a new plan: the runbook was written for another kind of system.',
    fate: 'never',
  });
}

/** Names what the operating system reported, so that nothing else in the house knows its codes. */
export function fromSystem(error: unknown, path: string): GodwitError {
  if (error instanceof GodwitError) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return folderMissing(path, error);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return accessDenied(path, error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(path, error);
  return ioFailed(path, error);
}
