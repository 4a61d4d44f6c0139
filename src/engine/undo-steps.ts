import type { NotTakenBack } from '../connectors/index.ts';
import type { Session } from './session.ts';
import type { UndoItem } from './undo-item.ts';
import { undoSideBySide } from './undo-side-by-side.ts';

export interface UndoReport {
  readonly run: string;
  readonly outcome: 'undone' | 'stopped' | 'left-some';
  readonly slicesUndone: number;
  readonly rowsRemoved: number;
  readonly rowsRestored: number;
  /** Records that stay because somebody changed or needs them; undoing again tries them again. */
  readonly left: readonly LeftRecord[];
  /** How long taking back each step took, steps of replays and repairs by their own name; in the order in which it began. */
  readonly stepTimes: readonly { readonly step: string; readonly durationMs: number }[];
  /** What was done beside that, for people: `an index on letter (person_id) was made for as long as ...`. */
  readonly notes: readonly string[];
}

export interface LeftRecord extends NotTakenBack {
  readonly step: string;
  readonly relation: string;
}

/**
 * Takes slices back, step by step in their order. What a step leaves is tried again before an earlier step is begun, until it
 * brings nothing more: a record may get back what it held only when another one of its step is gone (a unique value that moved from
 * one to the other), and until then it refers to records of the steps before. From the first step on again as long as something
 * has gone since: slices that travelled side by side need not have been written in the order of their numbers.
 */
export async function undoItems(session: Session, items: readonly UndoItem[]): Promise<UndoReport> {
  const undoing = new Undoing(session, items);
  return (await undoing.go()) ? undoing.report() : { ...undoing.report(), outcome: 'stopped' };
}

interface StepLeft {
  readonly step: string;
  items: readonly { readonly item: UndoItem; readonly records: readonly LeftRecord[] }[];
  /** How many records had been taken back, of all steps, when this one was tried last. */
  triedAt: number;
}

class Undoing {
  readonly #session: Session;
  readonly #steps: readonly StepLeft[];
  readonly #times = new Map<string, number>();
  #slicesUndone = 0;
  #rowsRemoved = 0;
  #rowsRestored = 0;

  constructor(session: Session, items: readonly UndoItem[]) {
    this.#session = session;
    this.#steps = Array.from(
      Map.groupBy(items, (item) => item.step.step),
      ([step, ofStep]) => ({ step, items: ofStep.map((item) => ({ item, records: [] })), triedAt: -1 }),
    );
  }

  /** False when somebody asked to stop. */
  async go(): Promise<boolean> {
    while (this.#steps.some((step) => this.#mayBringMore(step)))
      for (const step of this.#steps)
        while (this.#mayBringMore(step)) if (!(await this.#undo(step))) return false;
    return true;
  }

  report(): UndoReport {
    const left = this.#steps.flatMap(({ items }) => items.flatMap(({ records }) => records));
    return {
      run: this.#session.run,
      outcome: left.length === 0 ? 'undone' : 'left-some',
      slicesUndone: this.#slicesUndone,
      rowsRemoved: this.#rowsRemoved,
      rowsRestored: this.#rowsRestored,
      left,
      stepTimes: Array.from(this.#times, ([step, durationMs]) => ({ step, durationMs })),
      notes: [],
    };
  }

  /** Where nothing has gone since it was tried, what stood in its way still does. */
  #mayBringMore({ items, triedAt }: StepLeft): boolean {
    return items.length > 0 && triedAt < this.#rowsRemoved + this.#rowsRestored;
  }

  async #undo(step: StepLeft): Promise<boolean> {
    const { clock } = this.#session;
    step.triedAt = this.#rowsRemoved + this.#rowsRestored;
    const began = clock.elapsedMs();
    const items = step.items.map(({ item }) => item);
    const { stopped, results } = await undoSideBySide(this.#session, items);
    this.#times.set(step.step, (this.#times.get(step.step) ?? 0) + clock.elapsedMs() - began);
    step.items = items.flatMap((item, at) => {
      const result = results[at];
      if (!result) return [];
      this.#rowsRemoved += result.rowsRemoved;
      this.#rowsRestored += result.rowsRestored;
      if (result.refused.length > 0)
        return [{ item, records: result.refused.map((record) => leftOf(item, record)) }];
      this.#slicesUndone += 1;
      return [];
    });
    return !stopped;
  }
}

function leftOf(item: UndoItem, record: NotTakenBack): LeftRecord {
  return { step: item.step.step, relation: item.relation.name, ...record };
}
