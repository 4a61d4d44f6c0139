import { keyValues, type RecordKey, type Relation, type Row } from '../../model/index.ts';
import type {
  AppliedSlice,
  AskedIds,
  KeptId,
  OpenContext,
  SliceResult,
  SliceWrite,
  Writes,
} from '../port.ts';
import type { AccountApi } from './account-api.ts';
import type { AccountCatalog, DescribedObject } from './account-catalog.ts';
import { notWritten, objectMissing } from './faults.ts';
import { filesName } from './file-fields.ts';
import type { LinkType } from './link-type.ts';
import { ownersName } from './owners.ts';
import { RecordPages } from './record-pages.ts';
import { RecordsThere } from './records-there.ts';
import { RecordSender } from './send-records.ts';
import type { TargetState } from './target-state.ts';
import { FileSlice } from './write-files.ts';
import { LinkSlice } from './write-links.ts';
import { RecordSlice, type RecordWorld } from './write-records.ts';

/** What a relation is in the account: records of one object, or links. Throws `hubspot.object-missing`, `hubspot.not-written`. */
export async function writtenAs(
  catalog: AccountCatalog,
  { name }: Pick<Relation, 'name'>,
): Promise<WrittenAs> {
  const { described, links, files } = await catalog.known();
  if (files && name === filesName) return filesName;
  const found = described.find(({ type }) => type.name === name) ?? links.find((link) => link.name === name);
  if (found !== undefined) return found;
  throw name === ownersName ? notWritten(name) : objectMissing(name);
}

/** Records of an object, links, or the files of the account. */
export type WrittenAs = DescribedObject | LinkType | typeof filesName;

export const isLink = (one: DescribedObject | LinkType): one is LinkType => 'kinds' in one;

export interface AccountTarget {
  readonly api: AccountApi;
  readonly catalog: AccountCatalog;
  readonly context: OpenContext;
  /** Opened when it is first needed. */
  readonly state: () => TargetState;
}

/** What it takes to write records of one object, or to take them back. */
export function recordWorld({ api, context, state }: AccountTarget, object: DescribedObject): RecordWorld {
  const { clock, signal } = context;
  const there = new RecordsThere(new RecordPages(api), object);
  return { object, api, there, sender: new RecordSender(api, object.type), state: state(), clock, signal };
}

/**
 * Writes records and links into an account.
 *
 * A slice is not one transaction: there is none. It is written record by record, each announced before, and is there whole once
 * the project's own file says so; one that ended early is taken up again, or taken back.
 */
export class HubspotWrites implements Writes {
  readonly #target: AccountTarget;

  constructor(target: AccountTarget) {
    this.#target = target;
  }

  async prepare(_run: string): Promise<void> {
    this.#target.state();
  }

  async applied(run: string): Promise<readonly AppliedSlice[]> {
    return this.#target
      .state()
      .slices(run, true)
      .flatMap(({ step, slice, counts, appliedAt }) =>
        counts === null ? [] : [{ step, slice, counts, appliedAt }],
      );
  }

  async writeSlice(write: SliceWrite): Promise<SliceResult> {
    const { api, catalog, context } = this.#target;
    const state = this.#target.state();
    const stored = state.slice(write);
    if (stored?.counts) return { applied: false, counts: stored.counts };
    const found = await writtenAs(catalog, write.relation);
    if (found === filesName)
      return await new FileSlice({ api, state, clock: context.clock, signal: context.signal }, write).write();
    if (isLink(found))
      return await new LinkSlice({ api, link: found, state, clock: context.clock }, write).write();
    return await new RecordSlice(recordWorld(this.#target, found), write).write();
  }

  async resolve(
    run: string,
    object: string,
    sourceKeys: readonly RecordKey[],
  ): Promise<ReadonlyMap<RecordKey, Row>> {
    const state = this.#target.state();
    const found = new Map<RecordKey, Row>();
    for (const sourceKey of sourceKeys) {
      const key = state.targetKey(run, object, sourceKey);
      if (key !== null) found.set(sourceKey, keyValues(key));
    }
    return found;
  }

  async keptIds(asked: AskedIds): Promise<readonly KeptId[]> {
    return this.#target.state().keptIds(asked);
  }

  /** An account counts its records itself. */
  async advanceSequences(_relations: readonly Relation[]): Promise<readonly string[]> {
    return [];
  }

  async finish(_run: string): Promise<void> {
    // Every slice was final when it was there.
  }
}
