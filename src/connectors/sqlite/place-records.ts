import type { Seal, SqliteFile, SqliteStatement, SqliteValue } from '../../host/index.ts';
import { type RecordKey, recordKey } from '../../model/index.ts';
import type { SliceWrite, WriteRecord } from '../port.ts';
import { BeforeImages } from './before-images.ts';
import { type ExactValue, exactColumns, exactValues } from './exact-record.ts';
import type { Refusal } from './refusals.ts';
import { placeholders, quoted } from './sql.ts';
import type { WritePlan } from './write-plan.ts';

/** A record that is in the target within the open transaction, listed once however often the slice set it. */
export interface PlacedRecord {
  readonly identity: readonly SqliteValue[];
  /** It was there before: what it held is among the before-images, at its place. */
  readonly changed: boolean;
  /** The source records that became it. */
  readonly sourceKeys: readonly RecordKey[];
}

/**
 * Puts single records in, one statement each. SQLite takes back a statement that fails, so a record that cannot go leaves
 * nothing and takes no other with it; the driver's error goes to whoever asked.
 */
export class PlaceRecords {
  readonly #write: SliceWrite;
  readonly #plan: WritePlan;
  readonly #images: BeforeImages;
  readonly #insert: SqliteStatement;
  readonly #find: SqliteStatement | null;
  readonly #update: SqliteStatement | null;
  #placed: PlacedRecord[] = [];
  /** Where the records with these identities stand among the placed ones: in a changing slice one may come twice. */
  #seen = new Map<string, number>();

  constructor(file: SqliteFile, seal: Seal, write: SliceWrite, plan: WritePlan) {
    this.#write = write;
    this.#plan = plan;
    this.#images = new BeforeImages(file, seal, write);
    this.#insert = file.statement(insertText(plan));
    const changing = write.mode !== 'insert';
    if (changing && plan.keyPlaces.length === 0)
      throw new RangeError(`${write.mode} into ${write.relation.name} needs a key that is written`);
    this.#find = changing ? file.statement(findText(plan)) : null;
    const sets = plan.fields.map(({ name }) => name).filter((name) => !write.key.includes(name));
    this.#update = changing && sets.length > 0 ? file.statement(updateText(plan, sets)) : null;
  }

  /** All of them, once no more come. */
  finish(): readonly PlacedRecord[] {
    this.#images.flush();
    return this.#placed;
  }

  /** Gives back a way to forget what was placed from here on, for whoever rolls the database back to here. */
  mark(): () => void {
    const [placed, seen] = [[...this.#placed], new Map(this.#seen)];
    const forgetImages = this.#images.mark();
    return () => {
      forgetImages();
      this.#placed = placed;
      this.#seen = seen;
    };
  }

  /** Null when the record is in, else why it is not; throws `Unstorable` or the driver's error. */
  place(record: WriteRecord): Refusal | null {
    const values = this.#plan.encoders.map((encode, at) => encode(record.row[at] ?? null));
    return this.#find === null ? this.#add(record, values) : this.#change(this.#find, record, values);
  }

  #add(record: WriteRecord, values: readonly SqliteValue[]): Refusal | null {
    const identity = this.#inserted(values);
    if (identity === null)
      return refusal('target.refused', 'a trigger of the table ignored the record (RAISE(IGNORE))');
    this.#note(identity, null, record);
    return null;
  }

  /** The new record's identity; null when nothing was added. */
  #inserted(values: readonly SqliteValue[]): readonly SqliteValue[] | null {
    const { identityFrom, identityValuePlaces } = this.#plan;
    if (identityFrom === 'returning') return this.#insert.first(...values) ?? null;
    const { changes, rowId } = this.#insert.insert(...values);
    if (changes === 0) return null;
    // A row's own number that was written as NULL is given by SQLite like one that was not written.
    const known =
      identityFrom === 'values' ? identityValuePlaces.map((place) => values[place] ?? null) : [rowId];
    return known.length === 1 && known[0] === null ? [rowId] : known;
  }

  #change(find: SqliteStatement, record: WriteRecord, values: readonly SqliteValue[]): Refusal | null {
    const { keyPlaces, fields, layout, encoding } = this.#plan;
    const missing = keyPlaces.find((place) => (values[place] ?? null) === null);
    if (missing !== undefined)
      return refusal('target.not-null', 'the key is NULL, so it names no record', fields[missing]?.name);
    const [found, second] = find.all(...keyPlaces.map((place) => values[place] ?? null));
    if (second !== undefined)
      return refusal('target.refused', `${this.#write.key.join(', ')} names more than one record here`);
    if (found === undefined) return this.#absent(record, values);
    const identity = found.slice(0, layout.identity.length);
    this.#set(values, identity);
    const after = this.#identityAfter(values, identity);
    const already = this.#seen.get(seenKey(identity));
    if (already !== undefined) this.#renew(already, after, record);
    else this.#note(after, exactValues(found.slice(layout.identity.length), encoding), record);
    return null;
  }

  #absent(record: WriteRecord, values: readonly SqliteValue[]): Refusal | null {
    if (this.#write.mode === 'upsert') return this.#add(record, values);
    return refusal('target.missing', 'there is no record with this key to update');
  }

  #set(values: readonly SqliteValue[], identity: readonly SqliteValue[]): void {
    const { fields } = this.#plan;
    const sets = values.filter((_value, at) => !this.#write.key.includes(fields[at]?.name ?? ''));
    this.#update?.run(...sets, ...identity);
  }

  /** A change may set the identity too, when another key finds the record. */
  #identityAfter(values: readonly SqliteValue[], identity: readonly SqliteValue[]): readonly SqliteValue[] {
    return this.#write.relation.identity.map((name, at) => {
      const place = this.#write.key.includes(name) ? -1 : this.#write.fields.indexOf(name);
      return (place < 0 ? identity[at] : values[place]) ?? null;
    });
  }

  #note(identity: readonly SqliteValue[], before: readonly ExactValue[] | null, record: WriteRecord): void {
    if (this.#find !== null) this.#seen.set(seenKey(identity), this.#placed.length);
    this.#placed.push({ identity, changed: before !== null, sourceKeys: [record.sourceKey] });
    this.#images.add(before);
  }

  /** What it held before the slice stays as it was noted first. */
  #renew(place: number, identity: readonly SqliteValue[], record: WriteRecord): void {
    const noted = this.#placed[place];
    if (noted === undefined) throw new RangeError('a record was noted at a place that does not exist');
    this.#placed[place] = { ...noted, identity, sourceKeys: [...noted.sourceKeys, record.sourceKey] };
    this.#seen.set(seenKey(identity), place);
  }
}

function refusal(code: Refusal['code'], message: string, field: string | null = null): Refusal {
  return { code, message, field, constraint: null };
}

function seenKey(identity: readonly SqliteValue[]): string {
  return recordKey(
    identity.map((value) => (value instanceof Uint8Array ? value : `${typeof value} ${String(value)}`)),
  );
}

/** OR ABORT: a table's own ON CONFLICT IGNORE or REPLACE would drop a record without a word. */
function insertText({ layout, fields, identityFrom }: WritePlan): string {
  const names = fields.map(({ name }) => quoted(name));
  const returning = identityFrom === 'returning' ? ` RETURNING ${layout.identity.join(', ')}` : '';
  if (names.length === 0) return `INSERT OR ABORT INTO ${layout.from} DEFAULT VALUES${returning}`;
  return `INSERT OR ABORT INTO ${layout.from} (${names.join(', ')}) VALUES (${placeholders(names.length)})${returning}`;
}

function findText({ layout, fields, keyPlaces }: WritePlan): string {
  const where = keyPlaces.map((place) => `${quoted(fields[place]?.name ?? '')} = ?`);
  const columns = `${layout.identity.join(', ')}, ${exactColumns(layout.expressions)}`;
  return `SELECT ${columns} FROM ${layout.from} WHERE ${where.join(' AND ')} LIMIT 2`;
}

function updateText({ layout }: WritePlan, names: readonly string[]): string {
  const sets = names.map((name) => `${quoted(name)} = ?`);
  const where = layout.identity.map((expression) => `${expression} = ?`);
  return `UPDATE OR ABORT ${layout.from} SET ${sets.join(', ')} WHERE ${where.join(' AND ')}`;
}
