import { Buffer } from 'node:buffer';
import type { Seal, SqliteFile, SqliteValue } from '../../host/index.ts';
import { recordsPerPart } from './before-images.ts';
import { isSlice, type SliceName } from './bookkeeping.ts';
import { exactFromJson, exactToJson } from './exact-record.ts';
import { sqliteFault } from './faults.ts';
import { type LoadedPart, readLoaded, writeLoaded } from './loaded-parts.ts';
import type { RelationLayout } from './relation-layout.ts';
import type { SettledRecord } from './settle-slice.ts';

/** How the records of one part of a slice stood at its end, sealed in the target. */
export interface UndoPart {
  readonly part: number;
  /** Names of the fields that digests and before-images speak of; a field added since is none of them. */
  readonly fields: readonly string[];
  readonly records: readonly UndoRecord[];
  /** How records that were loaded in bulk are digested; null where they were written one by one. */
  readonly loaded: LoadedForm | null;
}

export interface LoadedForm {
  /** How many fields name a record. */
  readonly identity: number;
  /** The place of the field that is the row's own number; null where there is none. */
  readonly rowNumber: number | null;
}

export interface UndoRecord {
  readonly identity: readonly SqliteValue[];
  readonly digest: string;
  /** Its place among the before-images of its part; null when the slice added it. */
  readonly image: number | null;
}

/** Of a loaded part; behind it, in the same sealed bytes, follow its records. */
interface LoadedHead extends LoadedForm {
  readonly format: number;
  readonly fields: readonly string[];
}

interface PackedPart {
  readonly format: number;
  readonly fields: readonly string[];
  readonly records: readonly { readonly i: unknown[]; readonly d: string; readonly n: number | null }[];
}

export function storeUndo(
  file: SqliteFile,
  seal: Seal,
  slice: SliceName,
  layout: RelationLayout,
  settled: readonly SettledRecord[],
): void {
  const fields = layout.relation.fields.map((field) => field.name);
  for (let part = 0; part * recordsPerPart < settled.length; part += 1) {
    const records = settled
      .slice(part * recordsPerPart, (part + 1) * recordsPerPart)
      .map(({ identity, digest, changed }, at) => ({ identity, digest, image: changed ? at : null }));
    storePart(file, seal, slice, { part, fields, records, loaded: null });
  }
}

/** What going back needs of a slice that was loaded in bulk. */
export function storeLoaded(
  file: SqliteFile,
  seal: Seal,
  slice: SliceName,
  head: LoadedForm & { readonly fields: readonly string[] },
  parts: readonly LoadedPart[],
): void {
  for (const [part, { bytes }] of parts.entries())
    insertPart(file, seal, slice, part, Buffer.concat([loadedHead(head), bytes]));
}

/** Writes the part anew, or removes it with its before-images when no record is left in it. */
export function storePart(file: SqliteFile, seal: Seal, slice: SliceName, part: UndoPart): void {
  const place: SqliteValue[] = [slice.run, slice.step, BigInt(slice.slice), BigInt(part.part)];
  if (part.records.length === 0) {
    for (const table of ['_godwit_undo', '_godwit_images'])
      file.statement(`DELETE FROM "${table}" WHERE ${isSlice} AND part = ?`).run(...place);
    return;
  }
  const { fields, records, loaded } = part;
  const bytes = loaded
    ? Buffer.concat([loadedHead({ ...loaded, fields }), writeLoaded(records, loaded.rowNumber !== null)])
    : Buffer.from(JSON.stringify(packed(part)));
  insertPart(file, seal, slice, part.part, bytes);
}

function insertPart(file: SqliteFile, seal: Seal, slice: SliceName, part: number, bytes: Uint8Array): void {
  const place: SqliteValue[] = [slice.run, slice.step, BigInt(slice.slice), BigInt(part)];
  const sealed = seal.seal(bytes, contextOf(slice, part));
  file.statement('INSERT OR REPLACE INTO "_godwit_undo" VALUES (?, ?, ?, ?, ?)').run(...place, sealed);
}

/** A line of JSON: whoever knows it not reads its format first. */
function loadedHead({ fields, identity, rowNumber }: Omit<LoadedHead, 'format'>): Buffer {
  return Buffer.from(`${JSON.stringify({ format: 2, fields, identity, rowNumber })}\n`);
}

function packed({ fields, records }: UndoPart): PackedPart {
  const packedRecords = records.map(({ identity, digest, image }) => ({
    i: identity.map(exactToJson),
    d: digest,
    n: image,
  }));
  return { format: 1, fields, records: packedRecords };
}

export function readUndo(file: SqliteFile, seal: Seal, slice: SliceName): UndoPart[] {
  return file
    .statement(`SELECT part, sealed FROM "_godwit_undo" WHERE ${isSlice} ORDER BY part`)
    .all(slice.run, slice.step, BigInt(slice.slice))
    .map(([part, sealed]) =>
      unpacked(Number(part), seal.open(sealed as Uint8Array, contextOf(slice, Number(part)))),
    );
}

function unpacked(part: number, bytes: Uint8Array): UndoPart {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = whole.indexOf('\n');
  if (end >= 0) return unpackedLoaded(part, whole.toString('utf8', 0, end), whole.subarray(end + 1));
  const { format, fields, records } = JSON.parse(whole.toString()) as PackedPart;
  if (format !== 1) throw sqliteFault.newerBookkeeping('what undo needs', String(format));
  return {
    part,
    fields,
    records: records.map(({ i, d, n }) => ({
      identity: i.map(exactFromJson) as SqliteValue[],
      digest: d,
      image: n,
    })),
    loaded: null,
  };
}

function unpackedLoaded(part: number, head: string, bytes: Uint8Array): UndoPart {
  const { format, fields, identity, rowNumber } = JSON.parse(head) as LoadedHead;
  if (format !== 2) throw sqliteFault.newerBookkeeping('what undo needs', String(format));
  const records = readLoaded(bytes, identity, rowNumber !== null);
  return {
    part,
    fields,
    records: records.map((record) => ({ ...record, image: null })),
    loaded: { identity, rowNumber },
  };
}

function contextOf({ run, step, slice }: SliceName, part: number): string {
  return JSON.stringify(['undo', run, step, slice, part]);
}
