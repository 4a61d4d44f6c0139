import type {
  AppliedSlice,
  AskedIds,
  BulkField,
  BulkFormat,
  BulkPlan,
  BulkSlice,
  CheckResult,
  Creates,
  FencePlace,
  GivenNumbers,
  KeptId,
  OpenSystem,
  PiecedWrite,
  SliceResult,
  SliceWrite,
  Undoes,
  UndoRequest,
  UndoResult,
  Writes,
} from '../connectors/index.ts';
import type { Clock } from '../host/index.ts';
import type { Completion, RecordKey, Relation, Row, Schema, Warrant } from '../model/index.ts';
import { unable } from './faults.ts';

/**
 * The only way from the engine to a target: an open system together with the warrant for it. No other file of this room
 * may touch `writes`, `undoes` or `creates` of a system (a test reads the sources for it).
 *
 * Invariants: 1. every method that writes asks the warrant first, with the fingerprint read from the system at that moment
 * and the time of that moment; so a connection that was reopened to another server is refused. 2. `step` is always a step
 * of the runbook, also where the write is filed under another name (`replay-3`).
 */
export class WarrantedTarget {
  readonly #system: OpenSystem;
  readonly #warrant: Warrant;
  readonly #clock: Clock;
  readonly #fence: () => string | null;

  constructor(system: OpenSystem, warrant: Warrant, clock: Clock, fence: () => string | null = () => null) {
    this.#system = system;
    this.#fence = fence;
    this.#warrant = warrant;
    this.#clock = clock;
  }

  get name(): string {
    return this.#system.name;
  }

  /** Throws `warrant.refused` unless the step may write to this system now. */
  async permit(step: string): Promise<void> {
    this.#warrant.permit(step, await this.#system.fingerprint(), this.#clock.now());
  }

  /** See `Inspects.lookAgain`; null where it is not told. Looking needs no warrant. */
  async lookAgain(relation: string): Promise<Schema | null> {
    return (await this.#system.inspects.lookAgain?.(relation)) ?? null;
  }

  async prepare(step: string, run: string): Promise<void> {
    await this.permit(step);
    await this.#writes().prepare(run);
  }

  async writeSlice(step: string, write: SliceWrite): Promise<SliceResult> {
    await this.permit(step);
    return this.#writes().writeSlice(this.#fenced(write));
  }

  async slicesAtOnceMax(): Promise<number> {
    return (await this.#system.slicesAtOnceMax?.()) ?? 1;
  }

  /** Slices that may be taken back together as far as the target goes. */
  async undoesAtOnceMax(): Promise<number> {
    return this.#undoes().sideBySide === true ? this.slicesAtOnceMax() : 1;
  }

  /** The target can load bytes of this bulk export, as far as is known before it is asked about fields. */
  imports(formats: readonly BulkFormat[]): boolean {
    const { imports } = this.#writes();
    return imports !== undefined && (imports.formats?.some((format) => formats.includes(format)) ?? true);
  }

  /** A slice needs no bounds that mean the same in source and target. */
  get importNamesRecords(): boolean {
    return this.#writes().imports?.namesRecords === true;
  }

  /** Others can be kept out of what they lost. */
  get fences(): boolean {
    return this.#writes().fences !== undefined;
  }

  /** See `Fences.raise`; makes what it needs in the target. */
  async raiseFence(step: string, place: FencePlace, token: string): Promise<void> {
    await this.permit(step);
    const { fences } = this.#writes();
    if (!fences) throw unable(this.name, 'many-workers');
    await fences.prepare();
    await fences.raise(place, token);
  }

  /** How fields could be loaded in bulk: reading needs no warrant. */
  async planImport(
    relation: Relation,
    fields: readonly BulkField[],
    formats: readonly BulkFormat[],
  ): Promise<BulkPlan> {
    const { imports } = this.#writes();
    return imports
      ? imports.plan(relation, fields, formats)
      : { kind: 'impossible', reason: 'the target has no bulk import' };
  }

  /** A name for how the target sorts these fields; null where it has no bulk import. */
  async importOrder(relation: Relation, key: readonly string[]): Promise<string | null> {
    return (await this.#writes().imports?.order(relation, key)) ?? null;
  }

  async importSlice(step: string, slice: BulkSlice): Promise<SliceResult> {
    await this.permit(step);
    const { imports } = this.#writes();
    if (!imports) throw unable(this.name, 'write');
    return imports.importSlice(this.#fenced(slice));
  }

  /** A slice can be brought part by part, some of them in bulk. */
  get importsPieces(): boolean {
    return this.#writes().imports?.importPieces !== undefined;
  }

  async importPieces(step: string, write: PiecedWrite): Promise<SliceResult> {
    await this.permit(step);
    const { imports } = this.#writes();
    if (!imports?.importPieces) throw unable(this.name, 'write');
    return imports.importPieces(this.#fenced(write));
  }

  async advanceSequences(
    step: string,
    relations: readonly Relation[],
    given: GivenNumbers,
  ): Promise<readonly string[]> {
    await this.permit(step);
    return this.#writes().advanceSequences(relations, given);
  }

  async finish(step: string, run: string): Promise<void> {
    await this.permit(step);
    await this.#writes().finish(run);
  }

  /** Slices that were begun and never ended: reading needs no warrant. */
  async begun(run: string): Promise<readonly Pick<AppliedSlice, 'step' | 'slice'>[]> {
    return (await this.#undoes().begun?.(run)) ?? [];
  }

  /** What was written can be taken back. */
  get takesBack(): boolean {
    return this.#system.undoes !== null;
  }

  async undoSlice(step: string, request: UndoRequest): Promise<UndoResult> {
    await this.permit(step);
    return this.#undoes().undoSlice(request);
  }

  async beginUndo(step: string, relations: readonly Relation[]): Promise<readonly string[]> {
    await this.permit(step);
    return (await this.#undoes().makeReady?.(relations)) ?? [];
  }

  async endUndo(step: string): Promise<void> {
    await this.permit(step);
    await this.#undoes().clearAway?.();
  }

  async create(step: string, statements: readonly string[]): Promise<void> {
    await this.permit(step);
    await this.#creates().create(statements);
  }

  /** Answers whether there was anything to do. */
  async complete(step: string, completion: Completion): Promise<boolean> {
    await this.permit(step);
    const made = await this.#creates().complete?.(completion);
    if (made === undefined) throw unable(this.name, 'create-relations');
    return made;
  }

  /** Answers whether there was anything to take away. */
  async uncomplete(step: string, completion: Completion): Promise<boolean> {
    await this.permit(step);
    const gone = await this.#creates().uncomplete?.(completion);
    if (gone === undefined) throw unable(this.name, 'create-relations');
    return gone;
  }

  /** Answers with the relations that hold records; then nothing was taken away. */
  async drop(step: string, relations: readonly string[]): Promise<readonly string[]> {
    await this.permit(step);
    return this.#creates().drop(relations);
  }

  async applied(run: string): Promise<readonly AppliedSlice[]> {
    return readApplied(this.#system, run);
  }

  async resolve(
    run: string,
    object: string,
    sourceKeys: readonly RecordKey[],
  ): Promise<ReadonlyMap<RecordKey, Row>> {
    return this.#writes().resolve(run, object, sourceKeys);
  }

  async inspect(): Promise<Schema> {
    return this.#system.inspects.inspect();
  }

  async check(): Promise<readonly CheckResult[]> {
    return this.#system.check();
  }

  /** Exact number of records in a relation of the target. */
  async count(relation: Relation): Promise<string> {
    await using snapshot = await this.#system.reads.snapshot();
    return await snapshot.count(relation);
  }

  /** What is nobody's slice is written under the token of the one who leads. */
  #fenced<Write extends { readonly fence?: string | undefined }>(write: Write): Write {
    return { ...write, fence: write.fence ?? this.#fence() ?? undefined };
  }

  #writes(): Writes {
    if (!this.#system.writes) throw unable(this.name, 'write');
    return this.#system.writes;
  }

  #undoes(): Undoes {
    if (!this.#system.undoes) throw unable(this.name, 'undo');
    return this.#system.undoes;
  }

  #creates(): Creates {
    if (!this.#system.creates) throw unable(this.name, 'create-relations');
    return this.#system.creates;
  }
}

/** The slices of a run that a target holds: reading needs no warrant. */
export async function readApplied(system: OpenSystem, run: string): Promise<readonly AppliedSlice[]> {
  if (!system.writes) throw unable(system.name, 'write');
  return system.writes.applied(run);
}

/** Captured ids that a target, or a file beside it, holds: reading needs no warrant. */
export async function readKeptIds(system: OpenSystem, asked: AskedIds): Promise<readonly KeptId[]> {
  if (!system.writes) throw unable(system.name, 'write');
  return system.writes.keptIds(asked);
}
