import { mysqlFault } from './faults.ts';
import { type Digest, digestsIn, type LineDigests, lineBytes } from './line-digests.ts';
import type { LoadedRecord, LoadedRecords } from './loaded-records.ts';

/** How many records are read back where nothing names them: between the bounds, which then hold no others. */
const sampleSize = 20;

/**
 * Reads the first records of a slice back at once: if lines are not spelled as they are read, undo would not know them again.
 * Answers with the line of what their other fields hold.
 */
export async function readBack(records: LoadedRecords, digests: LineDigests): Promise<string> {
  const { firstKeys, kept } = digests;
  const named = firstKeys.length > 0;
  const known = new Set(
    digestsIn(named ? kept.lines.subarray(0, firstKeys.length * lineBytes) : kept.lines, lineBytes),
  );
  const seen = new Set<Digest>();
  let others = '';
  const look = ({ digest, others: line }: LoadedRecord): void => {
    // Under a key that is not unique in the target stand records of others, too.
    if (digest === null || !known.has(digest)) return;
    seen.add(digest);
    others = line ?? '';
  };
  await records.each(look, { locked: false, ...(named ? { keys: firstKeys } : { rowsMax: sampleSize }) });
  if (seen.size < (named ? known.size : Math.min(sampleSize, known.size)))
    throw mysqlFault('mysql.not-loaded', 'a record is spelled otherwise than it was loaded');
  return others;
}
