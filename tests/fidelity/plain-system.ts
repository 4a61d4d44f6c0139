import type { OpenSystem } from '../../src/connectors/index.ts';
import type { SystemName, TestedType } from './tested-type.ts';

/** One value as a system shows it to somebody who asks in plain SQL, past everything that is under test. */
export interface Seen {
  /** SQLite's storage class; null where the column's type says it all. */
  readonly storage: string | null;
  /** Text as it is, bytes in hexadecimal digits. */
  readonly text: string;
}

/** A database of its own, reached in two ways: through the shelf, and with the driver alone. */
export interface PlainSystem extends AsyncDisposable {
  readonly system: SystemName;
  open(role: 'source' | 'target'): Promise<OpenSystem>;
  run(sql: string): Promise<void>;
  /** The values of one column that are not NULL, by `id`, of records whose `id` lies between the two, both included. */
  see(table: string, column: string, type: TestedType, ids: IdRange): Promise<ReadonlyMap<number, Seen>>;
}

export interface IdRange {
  readonly from: number;
  readonly to: number;
}
