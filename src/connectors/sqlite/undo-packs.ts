import { Buffer } from 'node:buffer';
import type { Seal, SqliteFile, SqliteValue } from '../../host/index.ts';
import { recordsPerPart } from './before-images.ts';
import { isSlice, type SliceName } from './bookkeeping.ts';
import { exactFromJson, exactToJson } from './exact-record.ts';
import { sqliteFault } from './faults.ts';
import type { RelationLayout } from './relation-layout.ts';
import type { SettledRecord } from './settle-slice.ts';

/** How the records of one part of a slice stood at its end, sealed in the target. */
export interface UndoPart {
  readonly part: number;
  /** Names of the fields that digests and before-images speak of; a field added since is none of them. */
  readonly fields: readonly string[];
  readonly records: readonly UndoRecord[];
}

export interface UndoRecord {
  readonly identity: readonly SqliteValue[];
  readonly digest: string;
  /** Its place among the before-images of its part; null when the slice added it. */
  readonly image: number | null;
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
    storePart(file, seal, slice, { part, fields, records });
  }
}

/** Writes the part anew, or removes it with its before-images when no record is left in it. */
export function storePart(file: SqliteFile, seal: Seal, slice: SliceName, part: UndoPart): void {
  const place: SqliteValue[] = [slice.run, slice.step, BigInt(slice.slice), BigInt(part.part)];
  if (part.records.length === 0) {
    for (const table of ['_godwit_undo', '_godwit_images'])
      file.statement(`DELETE FROM "${table}" WHERE ${isSlice} AND part = ?`).run(...place);
    return;
  }
  const sealed = seal.seal(Buffer.from(JSON.stringify(packed(part))), contextOf(slice, part.part));
  file.statement('INSERT OR REPLACE INTO "_godwit_undo" VALUES (?, ?, ?, ?, ?)').run(...place, sealed);
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
  const { format, fields, records } = JSON.parse(Buffer.from(bytes).toString()) as PackedPart;
  if (format !== 1) throw sqliteFault.newerBookkeeping('what undo needs', String(format));
  return {
    part,
    fields,
    records: records.map(({ i, d, n }) => ({
      identity: i.map(exactFromJson) as SqliteValue[],
      digest: d,
      image: n,
    })),
  };
}

function contextOf({ run, step, slice }: SliceName, part: number): string {
  return JSON.stringify(['undo', run, step, slice, part]);
}
