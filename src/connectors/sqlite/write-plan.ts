import type { SqliteFile } from '../../host/index.ts';
import { type Field, findField } from '../../model/index.ts';
import type { SliceWrite } from '../port.ts';
import { type Encode, encoderFor } from './encode-values.ts';
import { type TextEncodingName, textEncoding } from './exact-record.ts';
import { layoutOf, type RelationLayout } from './relation-layout.ts';

/** What is decided once for all records of a slice. */
export interface WritePlan {
  readonly layout: RelationLayout;
  /** The written fields with their encoders, in the order of the values. */
  readonly fields: readonly Field[];
  readonly encoders: readonly Encode[];
  /** Places of the key among the written values; empty when the key is not written. */
  readonly keyPlaces: readonly number[];
  /** How the identity of an added record is known. */
  readonly identityFrom: 'values' | 'row-number' | 'returning';
  /** Places of the identity among the written values, when it is known from them. */
  readonly identityValuePlaces: readonly number[];
  readonly encoding: TextEncodingName;
}

export function planWrite(file: SqliteFile, write: SliceWrite): WritePlan {
  const layout = layoutOf(file, write.relation);
  const fields = write.fields.map((name) => writtenField(write, name));
  const placesOf = (names: readonly string[]): number[] => names.map((name) => write.fields.indexOf(name));
  const keyPlaces = placesOf(write.key);
  const identityPlaces = placesOf(write.relation.identity);
  const known = identityPlaces.every((place) => place >= 0);
  return {
    layout,
    fields,
    encoders: fields.map(encoderFor),
    keyPlaces: keyPlaces.includes(-1) ? [] : keyPlaces,
    identityFrom: known ? 'values' : isRowNumber(layout) ? 'row-number' : 'returning',
    identityValuePlaces: known ? identityPlaces : [],
    encoding: textEncoding(file),
  };
}

function writtenField(write: SliceWrite, name: string): Field {
  const field = findField(write.relation, name);
  if (field === undefined || field.synthetic || field.generated === 'computed')
    throw new RangeError(`${write.relation.name} has no field ${name} that can be written`);
  return field;
}

/** The row's own number, by its synthetic name or as INTEGER PRIMARY KEY: SQLite tells it after the insert. */
function isRowNumber({ relation, identityPlaces }: RelationLayout): boolean {
  const field = relation.fields[identityPlaces[0] ?? 0];
  return (
    relation.identity.length === 1 && (field?.synthetic === true || field?.generated === 'identity-default')
  );
}
