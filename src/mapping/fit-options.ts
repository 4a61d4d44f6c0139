import type { CompiledTransform, Scope } from '../expressions/index.ts';
import type { Field, Holds, ObjectMapping, RecordKey, Relation, Value } from '../model/index.ts';
import type { KeyCounter } from './key-counter.ts';

/** What a fit check needs to know, and how much it may keep. */
export interface FitOptions {
  readonly object: ObjectMapping;
  readonly source: Relation;
  readonly target: Relation;
  readonly transform: CompiledTransform;
  readonly lookups: Scope['lookups'];
  /** Will the old record of that object, named by its key, have a new id? True as long as nobody can know. */
  readonly known: (object: string, key: RecordKey) => boolean;
  /** Objects decided after this one, or by it itself: links to them are looked at in the second pass. */
  readonly later?: ReadonlySet<string>;
  /** What the target refuses beyond a field's type; it refuses nothing when left out. */
  readonly holds?: (field: Field) => Holds | null;
  /** Keyed digest for `mask()`; a constant when left out, which is enough unless masked values have to be unique. */
  readonly mask?: (text: string) => string;
  /** Told of every record that fits, so that objects that look it up can be checked. */
  readonly onFit?: (key: RecordKey) => void;
  /** Counters for duplicates, by the target fields they watch; own ones when left out. Share them for two objects with one target. */
  readonly counterFor?: (fields: readonly string[]) => KeyCounter;
  /** Keys remembered for each duplicate check; 8 million (256 MiB at most) when left out. */
  readonly keysMax?: number;
  /** How an example is shown; masked by shape when left out. */
  readonly showExample?: (value: Value, field: string | null) => string;
  /** How the key of an example is shown; as it is when left out. Mask it where the key itself is personal. */
  readonly showKey?: (key: RecordKey) => string;
  readonly examplesMax?: number;
  /** Different unmatched values kept for each value map. */
  readonly distinctMax?: number;
}
