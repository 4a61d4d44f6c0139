import { Buffer } from 'node:buffer';
import type { Seal, SqliteFile, SqliteValue } from '../../host/index.ts';
import { GodwitError } from '../../model/index.ts';
import type { SliceName } from './bookkeeping.ts';
import { exactFromJson, exactToJson } from './exact-record.ts';
import type { RelationLayout } from './relation-layout.ts';
import type { SettledRecord } from './settle-slice.ts';

/** What undo needs of a slice, in sealed parts of a thousand records. */
export interface UndoPart {
  readonly part: number;
  /** Names of the fields the digests and before-images speak of; a field added since is none of them. */
  readonly fields: readonly string[];
  readonly records: readonly SettledRecord[];
}

interface PackedPart {
  readonly format: number;
  readonly fields: readonly string[];
  readonly records: readonly { readonly i: unknown[]; readonly d: string; readonly b?: unknown[] }[];
}

const recordsPerPart = 1_000;

export function storeUndo(
  file: SqliteFile,
  seal: Seal,
  name: SliceName,
  layout: RelationLayout,
  records: readonly SettledRecord[],
): void {
  const fields = layout.relation.fields.map((field) => field.name);
  for (let at = 0; at < records.length; at += recordsPerPart)
    storePart(file, seal, name, { part: at, fields, records: records.slice(at, at + recordsPerPart) });
}

/** Writes the part anew, or removes it when no record is left in it. */
export function storePart(file: SqliteFile, seal: Seal, name: SliceName, part: UndoPart): void {
  const place: SqliteValue[] = [name.run, name.step, BigInt(name.slice), BigInt(part.part)];
  if (part.records.length === 0) {
    file
      .statement('DELETE FROM "_godwit_undo" WHERE run = ? AND step = ? AND slice = ? AND part = ?')
      .run(...place);
    return;
  }
  const sealed = seal.seal(Buffer.from(JSON.stringify(packed(part))), contextOf(name, part.part));
  file.statement('INSERT OR REPLACE INTO "_godwit_undo" VALUES (?, ?, ?, ?, ?)').run(...place, sealed);
}

function packed({ fields, records }: UndoPart): PackedPart {
  return {
    format: 1,
    fields,
    records: records.map(({ identity, digest, before }) => ({
      i: identity.map(exactToJson),
      d: digest,
      ...(before === null ? {} : { b: before.map(exactToJson) }),
    })),
  };
}

export function readUndo(file: SqliteFile, seal: Seal, name: SliceName): UndoPart[] {
  const sql =
    'SELECT part, sealed FROM "_godwit_undo" WHERE run = ? AND step = ? AND slice = ? ORDER BY part';
  return file
    .statement(sql)
    .all(name.run, name.step, BigInt(name.slice))
    .map(([part, sealed]) =>
      unpacked(Number(part), seal.open(sealed as Uint8Array, contextOf(name, Number(part)))),
    );
}

function unpacked(part: number, bytes: Uint8Array): UndoPart {
  const { format, fields, records } = JSON.parse(Buffer.from(bytes).toString()) as PackedPart;
  if (format !== 1) throw newerPack(String(format));
  return {
    part,
    fields,
    records: records.map(({ i, d, b }) => ({
      identity: i.map(exactFromJson) as SqliteValue[],
      digest: d,
      before: b === undefined ? null : b.map(exactFromJson),
    })),
  };
}

function newerPack(version: string): GodwitError {
  return new GodwitError({
    code: 'sqlite.newer-bookkeeping',
    title: 'A newer godwit wrote what undo needs',
    detail: `format ${version}`,
    nextStep: 'Undo with the version of godwit that wrote it, or a later one.',
    fate: 'never',
  });
}

function contextOf({ run, step, slice }: SliceName, part: number): string {
  return JSON.stringify(['undo', run, step, slice, part]);
}
