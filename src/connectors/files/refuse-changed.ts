import { open } from 'node:fs/promises';
import { changedWhileReading } from './faults.ts';
import { type FoundFile, versionOf } from './list-files.ts';

/** Throws when the file under that path is not the one that was found, or not as it was. */
export async function refuseChanged(found: FoundFile): Promise<void> {
  await using handle = await open(found.path, 'r');
  const now = versionOf(await handle.stat({ bigint: true }));
  if (now !== found.version) throw changedWhileReading(found.name, `was ${found.version}; is ${now}`);
}
