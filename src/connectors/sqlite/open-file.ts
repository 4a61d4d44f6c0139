import { SqliteFile, type SqliteFileOptions } from '../../host/index.ts';
import type { SqliteAddress } from './address.ts';

/**
 * Opens the file and looks at its catalogue once: only with the first look SQLite reads the header, recovers what a killed
 * writer left, and says what is wrong.
 */
export function openAndLook(address: SqliteAddress, options: SqliteFileOptions = {}): SqliteFile {
  const { path, lockWaitMs } = address;
  const file = new SqliteFile(path, {
    ...options,
    ...(lockWaitMs === undefined ? {} : { busyTimeoutMs: lockWaitMs }),
  });
  try {
    file.statement('SELECT count(*) FROM sqlite_schema').first();
    return file;
  } catch (error) {
    file[Symbol.dispose]();
    throw error;
  }
}
