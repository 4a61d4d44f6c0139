import type { Snapshot } from '../connectors/index.ts';
import type { Transform } from '../expressions/index.ts';
import type { RecordBatch, RecordKey, Relation, Row } from '../model/index.ts';

/** What is handed to the audit: one target relation and everything that is mapped into it. */
export interface AuditedRelation {
  readonly relation: Relation;
  readonly snapshot: Snapshot;
  /** Target fields that name a record. */
  readonly key: readonly string[];
  /** In the order in which they were moved: of records with one key that are upserted the later one changes the earlier. */
  readonly objects: readonly AuditedObject[];
  /** Records that were there before the run and are none of our business (append, upsert); else they are `extra`. */
  readonly othersAllowed: boolean;
}

export interface AuditOptions {
  /** Stop naming differences after this many; what lies behind is said as "at least". Default 1,000. */
  readonly differencesMax?: number;
  readonly onProgress?: (progress: {
    readonly relation: string;
    readonly rowsRead: number;
    readonly phase: 'digest' | 'compare';
  }) => void;
  readonly signal?: AbortSignal;
  /** Given each record of the target once, as it is read. */
  readonly onTarget?: (batch: RecordBatch) => Promise<void>;
}

/** One object of the mapping as the auditor sees it: the source, read anew, and the mapping, applied anew. */
export interface AuditedObject {
  readonly name: string;
  readonly transform: Transform;
  /** It changes the fields it fills of a record that is there, and adds the others. */
  readonly upserts: boolean;
  /** The same without the fields of a second pass: what a record looks like whose second pass could not be done. */
  readonly withoutLinks: Transform | null;
  readonly source: Relation;
  readonly snapshot: Snapshot;
  /** Is there a quarantine entry for this source record? */
  isQuarantined(sourceKey: RecordKey): boolean;
}

/** How new ids for old ones are asked for, in batches, from the target. */
export interface IdSource {
  resolve(object: string, sourceKeys: readonly RecordKey[]): Promise<ReadonlyMap<RecordKey, Row>>;
  /** Keyed digest for `mask()`; the same as in the run. */
  mask(text: string): string;
}

export interface ExpectedAccount {
  rowsRead: number;
  rowsPurged: number;
  rowsQuarantined: number;
  readonly purgedBy: Map<string, number>;
  /** Records that cannot go and that no quarantine entry or purge rule explains; the first ones, named. */
  readonly unexplained: { readonly object: string; readonly key: string; readonly reason: string }[];
  unexplainedCount: number;
}
