import type {
  Field,
  FieldType,
  Fingerprint,
  ForeignKey,
  Holds,
  Position,
  RecordBatch,
  RecordKey,
  Relation,
  Row,
  Schema,
  Slice,
  SliceCounts,
  SqlDialect,
  SystemKind,
} from '../model/index.ts';
import type { Automation } from './automation.ts';
import type { CountsCalls } from './counts-calls.ts';
import type { Creates } from './creates.ts';
import type { Feed, Foreseen } from './foresees.ts';
import type { AskedIds, KeptId } from './kept-ids.ts';
import type { OpenContext } from './open-context.ts';
import type { ReferenceCount } from './references-query.ts';
import type { Fences, PlannedWrite, SliceResult, SliceWrite, WriteRecord } from './slice-write.ts';
import type { Undoes } from './undoes.ts';
import type { Reading, Watches } from './watches.ts';

export type * from './automation.ts';
export type * from './counts-calls.ts';
export type * from './foresees.ts';
export type { AskedIds, KeptId, KeptSource } from './kept-ids.ts';
export type { OpenContext } from './open-context.ts';
export type * from './slice-write.ts';
export type * from './undoes.ts';
export type * from './watches.ts';

/**
 * The port: what every system on the shelves looks like to the rest of the house. Abilities are small interfaces; a system
 * that lacks one has `null` there and says why in its capabilities.
 *
 * Invariants, tested by `connector.contract.ts` on every shelf against the real server:
 * 1. A read never drops a record: each is in `rows` or in `bad`.
 * 2. Values are in the canonical form of `model/value.ts`.
 * 3. The slices of a relation cover it without a gap or an overlap (see `model/slice.ts`).
 * 4. A slice is in the target whole, once, or not there; writing it again changes nothing and says so.
 * 5. A record the target refuses is reported with its reason before the rest is committed; it never takes others with it.
 * 6. Undoing a slice restores what was there, and refuses records somebody else changed since.
 * 7. Driver errors leave the shelf as `GodwitError` only; secrets are in none of them.
 */
export interface Connector<Address> {
  readonly kind: SystemKind;
  readonly capabilities: Capabilities;
  /** Opens the system; throws with `fate: 'later'` when it is away, `'never'` when the address or the login is wrong. */
  open(address: Address, context: OpenContext): Promise<OpenSystem>;
  /** The address under which the sandbox of that name, made by `creates.createSandbox` on this address, is opened. */
  sandboxAddress(address: Address, name: string): Address;
}

/** What a system can do; each false one carries the reason people read. Printed in the documentation. */
export interface Capabilities {
  readonly kind: SystemKind;
  readonly abilities: Readonly<Record<Ability, true | string>>;
}

export type Ability =
  | 'inspect'
  | 'read'
  | 'consistent-snapshot'
  | 'write'
  | 'transactional-slices'
  | 'upsert'
  | 'update'
  | 'assigns-ids'
  /** The system itself refuses duplicate keys, missing values, dangling references and broken checks. */
  | 'constraints'
  | 'undo'
  | 'create-relations'
  | 'sandbox'
  /** What it tells of itself while a run is at work: see `Watches`. */
  | Reading;

export interface OpenSystem extends AsyncDisposable {
  readonly kind: SystemKind;
  readonly name: string;
  fingerprint(): Promise<Fingerprint>;
  /** Version and time zone data, for the runbook's list of parties. */
  describe(): Promise<{ readonly version: string; readonly tzdata: string }>;
  /** Connection, TLS, privileges needed and held, versions, free space. Never throws for a failed check: it is a result. */
  check(): Promise<readonly CheckResult[]>;
  /** How many slices may be under way here together: of a server, what its free connections allow. Absent: one. */
  slicesAtOnceMax?(): Promise<number>;
  readonly inspects: Inspects;
  readonly reads: Reads;
  /** Always null when the role is `source`. */
  readonly writes: Writes | null;
  /** Always null when the role is `source`. */
  readonly undoes: Undoes | null;
  readonly creates: Creates | null;
  /** Absent where it tells nothing of itself; its capabilities say why. */
  readonly watches?: Watches;
  /** Absent where nobody counts calls. */
  readonly calls?: CountsCalls;
  /** Absent where records that are written set nothing off that their structure does not tell. */
  readonly automation?: Automation;
}

export interface CheckResult {
  readonly name: string;
  readonly outcome: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  /** What to do about it; null when the outcome is ok. */
  readonly fix: string | null;
}

export interface Inspects {
  /** Everything there is, sorted by name; the same system gives the same bytes. Leaves out godwit's own bookkeeping. */
  inspect(): Promise<Schema>;
  /**
   * What it would refuse of the values that a field's type allows; null where it refuses none. The mapping check counts with it.
   *
   * @param created the field's relation is to be created here: its type counts, and not its native spelling
   */
  holds(field: Field, created: boolean): Holds | null;
  /**
   * Why a record that is made with these fields could be there twice after an answer was lost; null where it could not. Absent
   * where slices are transactions.
   */
  nameless?(relation: string, fields: readonly string[]): Promise<string | null>;
  /** What it will say to a mapping as a whole, told before a run; absent where types and values show all of it. */
  foresees?(feeds: readonly Feed[]): Promise<readonly Foreseen[]>;
  /**
   * One relation as it is now with what hangs on it, asked anew in a few calls; without the relation where it is not there any
   * more. Null where that is not told of this relation. Absent where a slice that meets another structure fails by itself.
   */
  lookAgain?(relation: string): Promise<Schema | null>;
}

export interface Reads {
  /**
   * One consistent view for everything read through it, where the system gives one.
   *
   * @param view of another process, by its name: the same is seen here; for systems whose views have none it means nothing
   */
  snapshot(view?: string): Promise<Snapshot>;
}

export interface Snapshot extends AsyncDisposable {
  readonly consistent: boolean;
  readonly position: Position;
  /** The name by which other processes open it for as long as this one has it; absent where it cannot be shared. */
  readonly view?: string;
  /**
   * Whether it certainly shows what a view at an earlier position of the same system showed, although that moved on: of its
   * work not all changes records. Absent where only the same position says so.
   */
  showsSame?(earlier: Position): boolean;
  /** Reads go on beside each other, so that one relation can be cut into slices while another is read. */
  readonly readsBeside?: true;
  /** Exact number of records, bad ones included; decimal digits. */
  count(relation: Relation): Promise<string>;
  /**
   * How many records in this view were added or changed after an earlier position of the same system; decimal digits. Null
   * where the system cannot tell. Records that were deleted are not in the view: `count` tells of them.
   */
  changedSince(relation: Relation, earlier: Position): Promise<string | null>;
  /**
   * The records of this view that were added or changed after an earlier position of the same system, as they are now, in no
   * particular order; some that were not may be among them. Null where the system cannot tell them, and for a relation of which it cannot.
   * Records that were deleted are not in the view.
   */
  changed?(relation: Relation, earlier: Position): AsyncIterable<RecordBatch> | null;
  /** Slices of about `rowsPerSlice` records, in order; an empty relation gives one slice without bounds. */
  split(relation: Relation, rowsPerSlice: number): AsyncIterable<Slice>;
  /**
   * The same as `count`, from the slices that `split` cut of all its records: what was counted to cut them is not counted
   * again. Absent where that spares nothing.
   */
  countOf?(relation: Relation, slices: readonly Slice[]): Promise<string>;
  /** Batches in the order of the identity; `fields` are all of the relation's, synthetic ones included. */
  read(relation: Relation, slice: Slice, options?: ReadOptions): AsyncIterable<RecordBatch>;
  /** The records whose values in `fields` equal one of the `keys`, in no particular order; at most 1,000 keys a call. */
  fetch(relation: Relation, fields: readonly string[], keys: readonly Row[]): AsyncIterable<RecordBatch>;
  /**
   * The keys of further records that may stand where a bad record stood, once it is mended: a quote too many swallows lines.
   * Absent where a bad record is one record whatever becomes of it.
   */
  alsoIn?(relation: Relation, bad: Row, original: Uint8Array): Promise<readonly Row[]>;
  /**
   * How many records refer to another one by this reference, and how many of them find none: a join of the system's own, under
   * its own rules of equality. Null where its join would follow other rules than its references; absent where it joins nothing.
   */
  countReferences?(child: Relation, foreignKey: ForeignKey, parent: Relation): Promise<ReferenceCount | null>;
  /** By field, the last number its counter gave; counters count on beside every view. Absent where there are none. */
  lastNumbers?(relation: Relation): Promise<ReadonlyMap<string, string>>;
  /** Bulk export in bytes that another system's bulk import takes unparsed; absent where there is none. */
  readonly exports?: Exports;
}

/**
 * Bytes of one system's bulk export. Whoever understands a format understands it whole: one name, one meaning. What
 * PostgreSQL writes of its own types is `postgres-binary` or `postgres-text`; `postgres-binary-encoded` is what another
 * system's shelf writes of values, each as the type of the target field (`connectors/binary-copy`).
 */
export type BulkFormat = 'postgres-binary' | 'postgres-text' | 'postgres-binary-encoded' | 'mysql-text';

/** What goes into a target field. */
export interface BulkField {
  readonly source: BulkSource;
  readonly target: Field;
}

/**
 * A source field as it is, or what the source computes from its record: SQL of its own dialect that names fields by their
 * quoted names alone, gives a value of `type`, which is the target field's, and fails where there is none that may be given.
 * Who only copies takes no computed ones.
 */
export type BulkSource =
  | { readonly kind: 'field'; readonly field: Field }
  /**
   * A field of text read as a value of `type`, as an explicit cast reads it; a text equal to `nullText` is no value. Or, where
   * there is a `zone`, a field of local time read as that of the zone.
   */
  | {
      readonly kind: 'read';
      readonly field: Field;
      readonly type: FieldType;
      readonly nullText: string | null;
      readonly zone: string | null;
    }
  | {
      readonly kind: 'computed';
      readonly dialect: SqlDialect['system'];
      readonly sql: string;
      /** What stands in `sql` under a name, to be computed once; null where nothing does. */
      readonly once: { readonly name: string; readonly sql: string } | null;
      readonly type: FieldType;
    };

export interface Exports {
  /** The formats this system can give, best first. */
  readonly formats: readonly BulkFormat[];
  /** The records of a slice with the fields of `load`, in its order and format; in no particular order unless it says so. */
  export(relation: Relation, slice: Slice, load: BulkLoad): AsyncIterable<Uint8Array>;
  /** Why this load cannot be given exactly, a sentence for people without a full stop; null, or absent, where it can. */
  refuses?(relation: Relation, load: BulkLoad): Promise<string | null>;
  /** In which of its ways it reads the relation, and why, for people, without a full stop; absent where it has one. */
  describe?(relation: Relation): Promise<string>;
  /** How many slices it gives at the same time; absent where the system's own number says it. */
  slicesAtOnceMax?(): Promise<number>;
  /** A name for how its slices are sorted; where an import sorts under the same name, bounds mean the same. */
  order(relation: Relation): Promise<string>;
  /** The SQL in which it computes; absent, or null for this system, where it only copies. */
  dialect?(): Promise<SqlDialect | null>;
  /** A slice cut into parts of about that many records, in order, without a gap or an overlap; absent where it cannot be. */
  cut?(relation: Relation, slice: Slice, rowsPerPart: number): AsyncIterable<Slice>;
  /** How many records of the slice stay behind by each of `load.purges`; absent where nothing is computed. */
  countPurged?(relation: Relation, slice: Slice, load: BulkLoad): Promise<readonly number[]>;
}

export interface Imports {
  /** The formats it takes, where not every source has one of them. */
  readonly formats?: readonly BulkFormat[];
  /** It keeps what names each record, so that a slice needs no bounds that mean the same here. */
  readonly namesRecords?: true;
  /** How these fields can be loaded without altering a value, or why they cannot. */
  plan(relation: Relation, fields: readonly BulkField[], formats: readonly BulkFormat[]): Promise<BulkPlan>;
  /** A name for how these fields sort the relation's records; see `Exports.order`. */
  order(relation: Relation, key: readonly string[]): Promise<string>;
  /**
   * Loads one slice in one transaction together with its checkpoint and what undo needs: all of it or, when one record
   * cannot go, none of it. Then it throws with `fate: 'never'`, and the records have to go one by one.
   */
  importSlice(slice: BulkSlice): Promise<SliceResult>;
  /** Loads one slice in one transaction part by part, some of them record by record; absent where a slice goes whole. */
  importPieces?(write: PiecedWrite): Promise<SliceResult>;
}

export type BulkPlan =
  | { readonly kind: 'load'; readonly load: BulkLoad }
  /** `reason` is a sentence for people, without a full stop. */
  | { readonly kind: 'impossible'; readonly reason: string };

export interface BulkLoad {
  readonly format: BulkFormat;
  readonly fields: readonly (BulkField & {
    /** The type, in the words of both systems, as which the value is exported; null when that is its own. */
    readonly exportAs: string | null;
  })[];
  /** The records have to come in the order of the slice's key. */
  readonly sorted?: true;
  /** Conditions in the source's dialect, added by who asks it: a record stays behind by the first that is true. */
  readonly purges?: readonly string[];
}

export interface BulkSlice {
  readonly run: string;
  readonly step: string;
  readonly slice: number;
  readonly relation: Relation;
  readonly load: BulkLoad;
  /** Target fields that name a record. */
  readonly key: readonly string[];
  /**
   * The bounds of the slice in the fields of `key`: every record of it has `after < key <= upTo`. Null where the target
   * cannot say so, because the source names or sorts its records in another way.
   */
  readonly bounds: { readonly after: Row | null; readonly upTo: Row | null } | null;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** See `PlannedWrite.fence`. */
  readonly fence?: string | undefined;
  /** Called once, inside the transaction and before its commit, with the records loaded; see `SliceWrite.beforeCommit`. */
  readonly beforeCommit: (rowsLoaded: number) => Promise<SliceCounts>;
}

/** A slice whose records come in bulk and one by one, to be added. Two pieces have no record in common. */
export interface PiecedWrite extends PlannedWrite {
  readonly load: BulkLoad;
  readonly pieces: AsyncIterable<readonly WriteRecord[] | BulkPiece>;
}

export interface BulkPiece {
  /** As `BulkSlice.bounds`, of this piece. */
  readonly after: Row | null;
  readonly upTo: Row | null;
  readonly chunks: AsyncIterable<Uint8Array>;
  /**
   * Told before the next piece is asked for: how many records were loaded, or null when one of them cannot go. Then nothing
   * of the piece is there, and the pieces before it are.
   */
  readonly done: (rowsLoaded: number | null) => void;
}

export interface ReadOptions {
  /** At most this many records a batch; default 1,000. */
  readonly batchRowsMax?: number;
  /** At most about this many bytes of values a batch; default 8 MiB. */
  readonly batchBytesMax?: number;
}

export interface Writes {
  /** Creates godwit's bookkeeping in the target (idempotent). Throws with the privilege that is missing. */
  prepare(run: string): Promise<void>;
  /** The slices of this run that are in the target, read from the target itself. */
  applied(run: string): Promise<readonly AppliedSlice[]>;
  /** Writes one slice in one transaction together with its checkpoint and what undo needs. See invariants 4 and 5. */
  writeSlice(write: SliceWrite): Promise<SliceResult>;
  /** New ids for old: the target keys captured for these source keys of this object; missing ones are not in the map. */
  resolve(
    run: string,
    object: string,
    sourceKeys: readonly RecordKey[],
  ): Promise<ReadonlyMap<RecordKey, Row>>;
  /** The captured ids that are asked for with where they came from, in either direction; of a map of any size no more than those. */
  keptIds(asked: AskedIds): Promise<readonly KeptId[]>;
  /**
   * Sets sequences and identity counters of these relations past the largest value, and past the numbers their fields had
   * been given in the source; says what it did.
   */
  advanceSequences(relations: readonly Relation[], given?: GivenNumbers): Promise<readonly string[]>;
  /** After the last slice: makes the result final (renames files into place). Idempotent. */
  finish(run: string): Promise<void>;
  /** Bulk import; absent where there is none. */
  readonly imports?: Imports;
  /** Absent where nobody can be kept out: then one process alone writes. */
  readonly fences?: Fences;
}

/** By relation and field: the last number a counter gave, though its record may be gone since; decimal digits. */
export type GivenNumbers = ReadonlyMap<string, ReadonlyMap<string, string>>;

export interface AppliedSlice {
  readonly step: string;
  readonly slice: number;
  readonly counts: SliceCounts;
  /** ISO instant in UTC. */
  readonly appliedAt: string;
}

export type { Creates, CreationInParts, SandboxHolds } from './creates.ts';
