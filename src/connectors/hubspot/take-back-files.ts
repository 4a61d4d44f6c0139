import type { RecordKey } from '../../model/index.ts';
import type { UndoResult } from '../port.ts';
import type { AccountApi } from './account-api.ts';
import { type FilePayload, fileText } from './file-fields.ts';
import { FileStore } from './file-store.ts';
import type { SentRecord, SliceName, TargetState } from './target-state.ts';

export interface TakingBackFiles {
  readonly api: AccountApi;
  readonly state: TargetState;
}

/**
 * Takes back what was written of these files: HubSpot keeps none of them. A file that is not as it was left is named and stays, and
 * what undo needs of it.
 *
 * @param sent which; all of the slice where it is null
 */
export async function takeBackFiles(
  { api, state }: TakingBackFiles,
  name: SliceName,
  sent: readonly SentRecord[] | null,
): Promise<UndoResult> {
  const store = new FileStore(api);
  const refused: { key: RecordKey; reason: string }[] = [];
  let rowsRemoved = 0;
  const held = new Map(state.held(name).map((one) => [one.id, one]));
  for (const { place, id, payload } of sent ?? state.sent(name)) {
    const announced = JSON.parse(state.openText(payload, name)) as FilePayload;
    const there = id === null ? await store.at(announced.path) : await store.byId(id);
    const one = id === null ? undefined : held.get(id);
    const asLeft =
      there !== null &&
      (one === undefined
        ? there.md5 === announced.md5 && there.size === announced.size
        : state.digest(fileText(there)) === one.after);
    if (there !== null && !asLeft && one !== undefined) {
      refused.push({ key: state.openText(one.key, name), reason: 'somebody changed it since' });
      continue;
    }
    if (there !== null && asLeft) {
      await store.remove(there.id);
      rowsRemoved += 1;
    }
    state.transaction(() => {
      state.dropSent(name, place);
      if (id !== null) state.dropHeld(name, id);
    });
  }
  return { rowsRemoved, rowsRestored: 0, refused };
}
