import type { SqliteFile, SqliteStatement, SqliteValue } from '../../host/index.ts';
import type { ForeignKey } from '../../model/index.ts';
import type { SliceWrite, WriteRecord } from '../port.ts';
import { type Encode, encoderFor } from './encode-values.ts';
import { quoted } from './sql.ts';

interface Look {
  readonly reference: ForeignKey;
  readonly places: readonly number[];
  /** Places of the referenced fields among the written ones, where the relation refers to itself; else empty. */
  readonly ownPlaces: readonly number[];
  readonly encoders: readonly Encode[];
  readonly parent: SqliteStatement;
}

/** Finds the reference of a record that leads nowhere; SQLite only says that there is one, or says so at the commit. */
export class DanglingReferences {
  readonly #looks: readonly Look[];

  constructor(file: SqliteFile, write: SliceWrite) {
    this.#looks = write.relation.foreignKeys
      .filter(({ fields }) => fields.every((name) => write.fields.includes(name)))
      .map((reference) => lookFor(file, write, reference));
  }

  /** Of those that SQLite would check at the commit only. */
  deferredOf(record: WriteRecord): ForeignKey | null {
    return this.#first(record, ({ reference }) => reference.deferrable);
  }

  of(record: WriteRecord): ForeignKey | null {
    return this.#first(record, () => true);
  }

  #first(record: WriteRecord, wanted: (look: Look) => boolean): ForeignKey | null {
    return this.#looks.find((look) => wanted(look) && dangles(look, record))?.reference ?? null;
  }
}

function lookFor(file: SqliteFile, write: SliceWrite, reference: ForeignKey): Look {
  const { relation, fields } = reference.references;
  const where = fields.map((name) => `${quoted(name)} = ?`).join(' AND ');
  const placesOf = (names: readonly string[]): number[] => names.map((name) => write.fields.indexOf(name));
  return {
    reference,
    places: placesOf(reference.fields),
    ownPlaces: relation === write.relation.name ? placesOf(fields) : [],
    encoders: reference.fields.map((name) =>
      encoderFor(write.relation.fields.find((field) => field.name === name) ?? { ...noField, name }),
    ),
    parent: file.statement(`SELECT 1 FROM ${quoted(relation)} WHERE ${where}`),
  };
}

const noField: Parameters<typeof encoderFor>[0] = {
  name: '',
  type: { kind: 'any' },
  native: '',
  nullable: true,
  default: null,
  generated: 'no',
  synthetic: false,
  comment: null,
};

function dangles({ places, ownPlaces, encoders, parent }: Look, { row }: WriteRecord): boolean {
  const values: SqliteValue[] = [];
  for (const [at, place] of places.entries()) values.push(encoders[at]?.(row[place] ?? null) ?? null);
  // With NULL in it a reference says nothing.
  if (values.includes(null)) return false;
  const toItself = ownPlaces.length > 0 && ownPlaces.every((own, at) => row[own] === row[places[at] ?? -1]);
  return !toItself && parent.first(...values) === undefined;
}
