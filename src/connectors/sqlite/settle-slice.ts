import type { SqliteFile, SqliteValue } from '../../host/index.ts';
import type { Value } from '../../model/index.ts';
import type { SliceWrite } from '../port.ts';
import type { CapturedId } from './bookkeeping.ts';
import { type Decode, decoderFor } from './decode-values.ts';
import { ExactReader } from './exact-reader.ts';
import { type ExactValue, exactDigest, exactToJson } from './exact-record.ts';
import { sqliteFault } from './faults.ts';
import type { PlacedRecord } from './place-records.ts';
import type { WritePlan } from './write-plan.ts';

/** A record as it stands at the end of its slice, after every trigger. */
export interface SettledRecord extends Pick<PlacedRecord, 'identity' | 'changed'> {
  readonly digest: string;
}

export interface SettledSlice {
  readonly records: readonly SettledRecord[];
  readonly ids: readonly CapturedId[];
}

/** Looks at every record of the slice as it is stored now: notes a digest for undo, and the new id. */
export function settleSlice(
  file: SqliteFile,
  write: SliceWrite,
  plan: WritePlan,
  placed: readonly PlacedRecord[],
): SettledSlice {
  const reader = new ExactReader(file, plan.layout, plan.encoding);
  // What is put back has the key it had.
  const captures = write.captureIds && write.putsBack === undefined;
  const keys = captures ? keyDecoders(write) : [];
  const records: SettledRecord[] = [];
  const ids: CapturedId[] = [];
  for (const { identity, changed, sourceKeys } of placed) {
    const stored = reader.read(identity);
    if (stored === null) throw sqliteFault.recordVanished(write.relation.name, describeIdentity(identity));
    records.push({ identity, changed, digest: exactDigest(stored) });
    if (!captures) continue;
    const targetKey = keys.map(({ at, decode }) => keyValue(decode, stored[at]));
    for (const sourceKey of sourceKeys) ids.push({ sourceKey, targetKey });
  }
  return { records, ids };
}

interface KeyDecoder {
  readonly at: number;
  readonly decode: Decode;
}

function keyDecoders({ relation, key }: SliceWrite): KeyDecoder[] {
  const names = key.length > 0 ? key : relation.identity;
  return names.map((name) => {
    const at = relation.fields.findIndex((field) => field.name === name);
    const field = relation.fields[at];
    if (field === undefined) throw new RangeError(`${relation.name} has no key field ${name}`);
    return { at, decode: decoderFor(field) };
  });
}

function keyValue(decode: Decode, stored: ExactValue | undefined): Value {
  const value = decode((stored ?? null) as SqliteValue);
  if (value === undefined) throw new RangeError('the key of a record that was just written cannot be read');
  return value;
}

function describeIdentity(identity: readonly SqliteValue[]): string {
  return JSON.stringify(identity.map(exactToJson));
}
