import { join } from 'node:path';
import type { Compression, Encoding, LineEnd } from './dialect.ts';
import { sandboxNameUnusable } from './faults.ts';

/**
 * A folder of files is one system, each file one relation: `contacts.csv`, `contacts.csv.gz` and `contacts.csv.zst` are all
 * the relation `contacts`. Files that do not end so, and folders inside, are not part of the system.
 */
export interface FilesAddress {
  /** Absolute path. */
  readonly folder: string;
  readonly format: 'csv' | 'jsonl';
  /** What a person says about single files by relation name, or about all of them under `*`; the rest is found. */
  readonly options: Readonly<Record<string, FileOptions>>;
}

export interface FileOptions {
  readonly encoding?: Encoding;
  readonly compression?: Compression;
  readonly lineEnd?: LineEnd;
  readonly delimiter?: string;
  readonly quote?: string | null;
  readonly escape?: string;
  readonly header?: boolean;
  readonly skipLines?: number;
  /** The unquoted text that means null. */
  readonly null?: string | null;
  readonly strayQuotes?: 'bad' | 'keep';
  /** Names of the columns, in order; for a file without a header, or with one that cannot be used. */
  readonly columns?: readonly string[];
  /** The largest record that is read, in bytes; a larger one is a bad record. Default 16 MiB. */
  readonly recordBytesMax?: number;
}

const recordBytesMaxDefault = 16 * 1024 * 1024;

export function optionsOf(address: FilesAddress, relation: string): FileOptions {
  return { ...address.options['*'], ...address.options[relation] };
}

export function recordBytesMax(options: FileOptions): number {
  return options.recordBytesMax ?? recordBytesMaxDefault;
}

/** Only a plain name that starts with `godwit_` is ever joined to the folder. */
export function sandboxAddress(address: FilesAddress, name: string): FilesAddress {
  if (!/^godwit_[A-Za-z0-9_-]{1,100}$/.test(name)) throw sandboxNameUnusable(name);
  return { ...address, folder: join(address.folder, name) };
}
