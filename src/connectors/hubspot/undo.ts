import type { Undoes, UndoRequest, UndoResult } from '../port.ts';
import { filesName } from './file-fields.ts';
import { takeBackFiles } from './take-back-files.ts';
import { takeBackLinks } from './take-back-links.ts';
import { takeBackHeld, takeBackRecords } from './take-back-records.ts';
import { type AccountTarget, isLink, recordWorld, writtenAs } from './write.ts';

/** Takes slices back: into the recycling bin what was made, to what it was what was changed. */
export class HubspotUndoes implements Undoes {
  readonly #target: AccountTarget;

  constructor(target: AccountTarget) {
    this.#target = target;
  }

  async undoSlice(request: UndoRequest): Promise<UndoResult> {
    const { api, catalog } = this.#target;
    const state = this.#target.state();
    const name = { run: request.run, step: request.step, slice: request.slice };
    if (state.slice(name) === null) return { rowsRemoved: 0, rowsRestored: 0, refused: [] };
    const found = await writtenAs(catalog, request.relation);
    const undone =
      found === filesName
        ? await takeBackFiles({ api, state }, name, null)
        : isLink(found)
          ? await takeBackLinks({ api, link: found, state }, name, null)
          : await this.#undoRecords(recordWorld(this.#target, found), name);
    if (undone.refused.length === 0) state.transaction(() => state.forget(name));
    return undone;
  }

  async #undoRecords(
    world: ReturnType<typeof recordWorld>,
    name: Parameters<typeof takeBackHeld>[1],
  ): Promise<UndoResult> {
    const announced = world.state.sent(name).filter(({ done }) => !done);
    const one = await takeBackRecords(world, name, announced);
    const other = await takeBackHeld(world, name, world.state.held(name));
    return {
      rowsRemoved: one.rowsRemoved + other.rowsRemoved,
      rowsRestored: one.rowsRestored + other.rowsRestored,
      refused: other.refused,
    };
  }

  /** Slices that were begun and never ended: what they left is taken back like all others. */
  async begun(run: string): Promise<readonly { readonly step: string; readonly slice: number }[]> {
    return this.#target
      .state()
      .slices(run, false)
      .map(({ step, slice }) => ({ step, slice }));
  }
}
