import type { SqliteFile, SqliteValue } from '../../host/index.ts';
import { GodwitError, type RecordKey, type Relation, recordKey, type Value } from '../../model/index.ts';
import type { Undoes, UndoRequest, UndoResult } from '../port.ts';
import { forgetSlice } from './bookkeeping.ts';
import { decoderFor } from './decode-values.ts';
import { ExactReader } from './exact-reader.ts';
import { exactDigest, exactToJson, textEncoding } from './exact-record.ts';
import { isDriverError } from './faults.ts';
import { NeededRecords } from './needed-records.ts';
import { layoutOf, type RelationLayout } from './relation-layout.ts';
import { restoreRecord } from './restore-record.ts';
import type { SettledRecord } from './settle-slice.ts';
import { readUndo, storePart, type UndoPart } from './undo-packs.ts';
import type { WriterConnection } from './writer-connection.ts';

/**
 * Takes a slice back in one transaction: first the changed records get back what they held, then added ones go, unless
 * somebody else's records need them. A record that is not as the slice left it is somebody's by now: it stays.
 */
export class SqliteUndoes implements Undoes {
  readonly #connection: WriterConnection;

  constructor(connection: WriterConnection) {
    this.#connection = connection;
  }

  async undoSlice(request: UndoRequest): Promise<UndoResult> {
    const where = { relation: request.relation.name, step: request.step };
    return this.#connection.inTurn(where, async () => {
      if (!this.#connection.prepared()) return { rowsRemoved: 0, rowsRestored: 0, refused: [] };
      return this.#connection.transaction(async () => () => this.#undo(request));
    });
  }

  #undo(request: UndoRequest): UndoResult {
    const { file, seal } = this.#connection;
    const parts = readUndo(file, seal, request);
    const slice = new SliceUndo(file, layoutOf(file, request.relation), parts);
    const result = slice.result();
    if (result.refused.length === 0) forgetSlice(file, request);
    else for (const part of parts) storePart(file, seal, request, slice.remaining(part));
    return result;
  }
}

class SliceUndo {
  readonly #file: SqliteFile;
  readonly #layout: RelationLayout;
  readonly #reader: ExactReader;
  readonly #records: readonly SettledRecord[];
  readonly #refused = new Map<SettledRecord, string>();
  #removed = 0;
  #restored = 0;

  constructor(file: SqliteFile, layout: RelationLayout, parts: readonly UndoPart[]) {
    this.#file = file;
    const fields = parts[0]?.fields ?? [];
    this.#layout = fields.length === 0 ? layout : onlyFields(layout, fields);
    this.#reader = new ExactReader(file, this.#layout, textEncoding(file));
    // Backwards, so that values that were moved from record to record find their place free again.
    this.#records = parts.flatMap(({ records }) => records).reverse();
  }

  result(): UndoResult {
    const untouched = this.#records.filter((record) => this.#isUntouched(record));
    for (const record of untouched) if (record.before !== null) this.#restore(record);
    this.#remove(untouched.filter(({ before }) => before === null));
    const refused = [...this.#refused].map(([record, reason]) => ({ key: this.#keyOf(record), reason }));
    return { rowsRemoved: this.#removed, rowsRestored: this.#restored, refused };
  }

  remaining(part: UndoPart): UndoPart {
    return { ...part, records: part.records.filter((record) => this.#refused.has(record)) };
  }

  #isUntouched(record: SettledRecord): boolean {
    const stored = this.#reader.read(record.identity);
    if (stored !== null && exactDigest(stored) === record.digest) return true;
    if (stored !== null) this.#refused.set(record, 'it was changed since');
    // An added record that is gone already needs no undoing.
    else if (record.before !== null) this.#refused.set(record, 'it was removed since');
    return false;
  }

  #restore(record: SettledRecord): void {
    this.#attempt(record, () => {
      restoreRecord(this.#file, this.#layout, record.identity, record.before ?? []);
      this.#restored += 1;
    });
  }

  /** References wait until all are removed: of records that refer to each other none could be the first. */
  #remove(added: readonly SettledRecord[]): void {
    const needed = new NeededRecords(this.#file, this.#layout.relation).among(added);
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
  #attempt(record: SettledRecord, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!isDriverError(error) || (error.errcode & 0xff) !== 19 || !this.#file.inTransaction) throw error;
      this.#refused.set(record, error.message);
    }
  }

  #keyOf({ identity }: SettledRecord): RecordKey {
    const { relation, identityPlaces } = this.#layout;
    return recordKey(identity.map((value, at) => keyPart(relation, identityPlaces[at] ?? 0, value)));
  }
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
  if (places.includes(-1)) throw structureChanged(relation.name, names[places.indexOf(-1)] ?? '');
  const fields = places.flatMap((place) => relation.fields[place] ?? []);
  return {
    ...layout,
    relation: { ...relation, fields },
    expressions: places.map((place) => layout.expressions[place] ?? ''),
    identityPlaces: relation.identity.map((name) => names.indexOf(name)),
  };
}

function structureChanged(relation: string, field: string): GodwitError {
  return new GodwitError({
    code: 'sqlite.structure-changed',
    title: 'A field that this slice wrote is no longer there',
    detail: `${relation}.${field}`,
    nextStep: 'Bring the field back, or restore the records from a backup.',
    fate: 'pause',
    where: { relation, field },
  });
}
