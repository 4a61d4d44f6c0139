import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '../host/index.ts';

/**
 * Where a ledger's files are: `entries.jsonl`, one signed note for each checkpoint, the remains of lines a crash tore, and
 * a file that only serves as a lock.
 */
export interface LedgerFolder {
  readonly folder: string;
  readonly entries: string;
  readonly lock: string;
  readonly checkpoints: string;
  readonly torn: string;
}

export function ledgerFolder(folder: string): LedgerFolder {
  return {
    folder,
    entries: join(folder, 'entries.jsonl'),
    lock: join(folder, 'lock'),
    checkpoints: join(folder, 'checkpoints'),
    torn: join(folder, 'torn'),
  };
}

export function makeLedgerFolder(place: LedgerFolder): void {
  for (const path of [place.checkpoints, place.torn]) mkdirSync(path, { recursive: true, mode: 0o700 });
  closeSync(openSync(place.entries, 'a', 0o600));
  syncFolder(place.folder);
}

/** The signed notes that are kept, smallest first. */
export function keptCheckpoints(place: LedgerFolder): readonly string[] {
  return namesIn(place.checkpoints, '.note').map((name) =>
    readFileSync(join(place.checkpoints, name), 'utf8'),
  );
}

export function keepCheckpoint(place: LedgerFolder, size: number, note: string): void {
  keepWhole(place.checkpoints, `${String(size).padStart(12, '0')}.note`, note);
}

/** What crashes left behind, each with the digest the ledger must name. */
export function keptFragments(place: LedgerFolder): readonly { digest: string; bytes: number }[] {
  return namesIn(place.torn, '.bin').map((name) => {
    const content = readFileSync(join(place.torn, name));
    return { digest: digestOf(content), bytes: content.length };
  });
}

export function keepFragment(place: LedgerFolder, offset: number, content: Uint8Array): void {
  keepWhole(place.torn, `${offset}-${digestOf(content).slice(7, 23)}.bin`, content);
}

/** Either the whole file is there under its name, or none. */
export function keepWhole(folder: string, name: string, content: string | Uint8Array): void {
  const draft = join(folder, `${name}.draft`);
  writeFileSync(draft, content, { mode: 0o600, flush: true });
  renameSync(draft, join(folder, name));
  syncFolder(folder);
}

function namesIn(folder: string, ending: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(ending))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** A new name in a folder survives a crash only when the folder itself is written; Windows has no such call. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
