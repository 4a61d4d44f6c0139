import type { Seal, SqliteFile, SqliteValue } from '../../host/index.ts';
import { type RecordKey, type Relation, recordKey, type Value } from '../../model/index.ts';
import type { UndoResult } from '../port.ts';
import { type Image, readImages } from './before-images.ts';
import type { SliceName } from './bookkeeping.ts';
import { decoderFor } from './decode-values.ts';
import { ExactReader } from './exact-reader.ts';
import { type ExactValue, exactDigest, exactToJson, textEncoding } from './exact-record.ts';
import { isDriverError, sqliteFault } from './faults.ts';
import { LoadedDigest } from './loaded-parts.ts';
import { NeededRecords } from './needed-records.ts';
import { isRuleBroken } from './refusals.ts';
import type { RelationLayout } from './relation-layout.ts';
import { restoreRecord } from './restore-record.ts';
import type { UndoPart, UndoRecord } from './undo-packs.ts';

/**
 * First the changed records get back what they held, then added ones go, unless somebody else's records need them. A record
 * that is not as the slice left it is somebody's by now: it stays and is named.
 */
export class UndoRecords {
  readonly #file: SqliteFile;
  readonly #layout: RelationLayout;
  readonly #reader: ExactReader;
  readonly #parts: readonly UndoPart[];
  readonly #imagesOf: (part: number) => readonly Image[];
  readonly #refused = new Map<UndoRecord, string>();
  #removed = 0;
  #restored = 0;

  constructor(
    file: SqliteFile,
    seal: Seal,
    slice: SliceName,
    layout: RelationLayout,
    parts: readonly UndoPart[],
  ) {
    this.#file = file;
    const fields = parts[0]?.fields ?? [];
    this.#layout = fields.length === 0 ? layout : onlyFields(layout, fields);
    this.#reader = new ExactReader(file, this.#layout, textEncoding(file));
    // Backwards, so that values that were moved from record to record find their place free again.
    this.#parts = [...parts].reverse();
    this.#imagesOf = (part) => readImages(file, seal, slice, part);
  }

  undo(): UndoResult {
    const added: UndoRecord[] = [];
    for (const part of this.#parts) {
      const digestOf = digesterOf(part);
      const untouched = [...part.records].reverse().filter((record) => this.#isUntouched(record, digestOf));
      added.push(...untouched.filter(({ image }) => image === null));
      this.#restore(part.part, untouched);
    }
    this.#remove(added);
    const refused = [...this.#refused].map(([record, reason]) => ({ key: this.#keyOf(record), reason }));
    return { rowsRemoved: this.#removed, rowsRestored: this.#restored, refused };
  }

  remaining(part: UndoPart): UndoPart {
    return { ...part, records: part.records.filter((record) => this.#refused.has(record)) };
  }

  #isUntouched(record: UndoRecord, digestOf: DigestOf): boolean {
    const stored = this.#reader.read(record.identity);
    if (stored !== null && digestOf(stored) === record.digest) return true;
    if (stored !== null) this.#refused.set(record, 'it was changed since');
    // An added record that is gone already needs no undoing.
    else if (record.image !== null) this.#refused.set(record, 'it was removed since');
    return false;
  }

  #restore(part: number, records: readonly UndoRecord[]): void {
    if (records.every(({ image }) => image === null)) return;
    const images = this.#imagesOf(part);
    for (const record of records) {
      const image = record.image === null ? null : images[record.image];
      if (!image) continue;
      this.#attempt(record, () => {
        restoreRecord(this.#file, this.#layout, record.identity, image);
        this.#restored += 1;
      });
    }
  }

  /** References wait until all are removed: of records that refer to each other none could be the first. */
  #remove(added: readonly UndoRecord[]): void {
    const needed = new NeededRecords(this.#file, this.#layout).among(added);
    for (const [record, reason] of needed) this.#refused.set(record, reason);
    this.#file.run('PRAGMA defer_foreign_keys = ON');
    const where = this.#layout.identity.map((expression) => `${expression} = ?`).join(' AND ');
    const statement = this.#file.statement(`DELETE FROM ${this.#layout.from} WHERE ${where}`);
    for (const record of added) {
      if (needed.has(record)) continue;
      this.#attempt(record, () => {
        statement.run(...record.identity);
        this.#removed += 1;
      });
    }
  }

  /** A rule of the database or a trigger may say no to one record. */
  #attempt(record: UndoRecord, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!isDriverError(error) || !isRuleBroken(error) || !this.#file.inTransaction) throw error;
      this.#refused.set(record, error.message);
    }
  }

  #keyOf({ identity }: UndoRecord): RecordKey {
    const { relation, identityPlaces } = this.#layout;
    return recordKey(identity.map((value, at) => keyPart(relation, identityPlaces[at] ?? 0, value)));
  }
}

type DigestOf = (stored: readonly ExactValue[]) => string;

function digesterOf({ loaded, fields }: UndoPart): DigestOf {
  if (loaded === null) return exactDigest;
  const digest = new LoadedDigest(fields.length, loaded.rowNumber);
  return (stored) => digest.of(stored);
}

function keyPart(relation: Relation, place: number, value: SqliteValue): Value {
  const field = relation.fields[place];
  const decoded = field && decoderFor(field)(value);
  return decoded === undefined ? JSON.stringify(exactToJson(value)) : decoded;
}

/** The layout as it was when the slice was written: a field added since is nobody's change, one that is gone is. */
function onlyFields(layout: RelationLayout, names: readonly string[]): RelationLayout {
  const { relation } = layout;
  const places = names.map((name) => relation.fields.findIndex((field) => field.name === name));
  const gone = places.indexOf(-1);
  if (gone >= 0) throw sqliteFault.structureChanged(relation.name, names[gone] ?? '');
  return {
    ...layout,
    relation: { ...relation, fields: places.flatMap((place) => relation.fields[place] ?? []) },
    expressions: places.map((place) => layout.expressions[place] ?? ''),
    identityPlaces: relation.identity.map((name) => names.indexOf(name)),
  };
}
