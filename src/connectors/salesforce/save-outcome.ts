import type { Json } from './exact-json.ts';
import type { RecordRefusal } from './record-refusal.ts';

/** One record on its way: fields by name, without its type. */
export interface Sent<Tag> {
  readonly tag: Tag;
  readonly fields: Readonly<Record<string, Json>>;
}

export type SaveOutcome<Tag> =
  | {
      readonly kind: 'saved';
      readonly tag: Tag;
      readonly id: string;
      /** The org says that it was not there before, or that it was; null where it does not say. */
      readonly created: boolean | null;
      /** It was on its way before: its call had to go more than once, or others held it then. */
      readonly repeated: boolean;
    }
  | {
      readonly kind: 'refused';
      readonly tag: Tag;
      readonly refusal: RecordRefusal;
      readonly repeated: boolean;
    };

export interface SaveWay {
  readonly object: string;
  /** `PATCH composite/sobjects` by id, or by the key of a field. */
  readonly key: string | null;
  /** `POST`: new records without ids, of which the org itself refuses one that is there. */
  readonly creates?: boolean;
}
