import type { RefusedRecord } from '../connectors/index.ts';
import { type GodwitError, isGodwitError, type Schema } from '../model/index.ts';
import type { Connections } from './connections.ts';
import { structureChanged } from './faults.ts';

/** What of a relation of the target is not as it was agreed, now that it was looked at again: a line for each difference. */
export type StructureWatch = (relation: string, now: Schema) => readonly string[];

/** Of a session. */
interface Watched {
  readonly connections: Connections;
  readonly structure: StructureWatch | null;
}

/**
 * A system that is no database keeps nobody from changing its structure while records are written to it. So it is looked at
 * again where it says no, and before a step writes. Throws `engine.structure-changed`: nothing of the slice counts, and what it
 * has sent is found again.
 *
 * @param because what made somebody look, for people; null where nothing did
 */
export async function assertStructure(
  { connections, structure }: Watched,
  relation: string,
  because: string | null = null,
): Promise<void> {
  if (structure === null) return;
  const now = await (await connections.target()).lookAgain(relation);
  const changes = now === null ? [] : structure(relation, now);
  if (changes.length > 0) throw structureChanged(relation, changes, because);
}

/** Of the records that a slice could not bring: whether they were refused because the structure is another one by now. */
export async function assertAsAgreed(
  session: Watched,
  relation: string,
  refused: readonly RefusedRecord[],
): Promise<void> {
  const telling = refused.filter(({ code }) => !aboutRecords.has(code));
  const [first] = telling;
  if (first === undefined) return;
  const on = first.field === null ? '' : ` on ${first.field}`;
  await assertStructure(session, relation, `${telling.length} records were refused, ${first.code}${on}`);
}

/** Work that fails for good may have met another structure: then that is what is told. */
export async function heldToStructure<Result>(
  session: Watched,
  relation: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (isGodwitError(error) && error.fate === 'never') await tellChange(session, relation, error);
    throw error;
  }
}

/** What cannot be looked at because of the same failure tells no more than that. */
async function tellChange(session: Watched, relation: string, failure: GodwitError): Promise<void> {
  try {
    await assertStructure(session, relation, failure.detail === '' ? failure.title : failure.detail);
  } catch (error) {
    if (!isGodwitError(error) || error.fate !== 'never') throw error;
  }
}

/** Refusals because another record is not there, or is there already, which a structure decides nothing about. */
const aboutRecords: ReadonlySet<string> = new Set(['target.missing', 'target.foreign-key']);
