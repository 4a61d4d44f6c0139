import type { Snapshot } from '../connectors/index.ts';
import type { Position } from '../model/index.ts';

/** Whether a view of the source certainly shows the records that one at an earlier position showed. */
export function showsSame(snapshot: Pick<Snapshot, 'position' | 'showsSame'>, earlier: Position): boolean {
  return snapshot.position === earlier || snapshot.showsSame?.(earlier) === true;
}
