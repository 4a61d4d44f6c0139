import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { GodwitError } from '../model/index.ts';

/** Writes a file so that readers see the old one or the new one, whole, also after a crash or on a full disk. */
export function writeWholeFile(path: string, content: string | Uint8Array, mode = 0o644): void {
  const folder = dirname(path);
  const draft = join(folder, `.${basename(path)}.${process.pid}.draft`);
  try {
    mkdirSync(folder, { recursive: true });
    const file = openSync(draft, 'w', mode);
    try {
      const bytes = typeof content === 'string' ? Buffer.from(content) : content;
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (cause) {
    rmSync(draft, { force: true });
    throw new GodwitError({
      code: 'project.unwritable-file',
      title: 'A file of the project could not be written',
      detail: `${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
      nextStep:
        'Make room on the disk or give yourself write permission there, then run the command again; the old file is unchanged.',
      fate: 'later',
      where: { file: path },
      cause,
    });
  }
}
