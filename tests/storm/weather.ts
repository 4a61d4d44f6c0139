import type { Draw } from './draw.ts';
import type { Call, Strike, Strikes } from './life.ts';
import { stormFault } from './storm-faults.ts';

/** Every kind of trouble there is. */
export const troubles = [
  'kill',
  'kill-sent',
  'connection-lost',
  'answer-lost',
  'serialization',
  'target-full',
  'journal-full',
  'ledger-refuses',
  'slow',
  'clock-jump',
  'stop',
  'source-moves',
] as const;

export type Trouble = (typeof troubles)[number];

/** What trouble does that is not about one call. */
export interface Upheaval {
  kill(): void;
  fillTarget(): void;
  fillJournal(): void;
  slow(): void;
  jumpClock(): void;
  stop(): void;
  moveSource(): void;
}

/**
 * When trouble comes, and which: after a number of calls that chance draws, a few times in a world, then no more. So every run
 * ends, and every call of every run is struck in some world.
 */
export class Weather implements Strikes {
  readonly struck: string[] = [];
  readonly #draw: Draw;
  readonly #kinds: readonly Trouble[];
  readonly #gap: number;
  #left: number;
  #wait: number;
  /** Whether only one kind comes. */
  readonly single: boolean;
  /** What a trouble does to the process that is at work now. */
  upheaval: Upheaval | null = null;

  constructor(draw: Draw, kinds: readonly Trouble[] = troubles) {
    this.#draw = draw;
    this.single = draw.chance(0.4);
    this.#kinds = this.single ? [draw.of(kinds)] : kinds;
    this.#gap = draw.of([6, 20, 60, 150]);
    this.#left = draw.chance(0.1) ? 0 : draw.between(1, 8);
    this.#wait = this.#drawWait();
  }

  /** A few times more. */
  goOn(): void {
    this.#left = this.#draw.chance(0.3) ? 0 : this.#draw.between(1, 4);
  }

  before(call: Call): Strike {
    const trouble = this.#due(call, (one) => one !== 'answer-lost');
    switch (trouble) {
      case null:
      case 'answer-lost':
        return 'none';
      case 'kill':
        return 'kill';
      case 'kill-sent':
        return 'kill-sent';
      case 'connection-lost':
        return stormFault.connectionLost();
      case 'serialization':
        return stormFault.serialization();
      case 'ledger-refuses':
        return stormFault.diskFull('pause');
      case 'target-full':
      case 'journal-full':
      case 'slow':
      case 'clock-jump':
      case 'stop':
      case 'source-moves':
        this.#upset(trouble);
        return 'none';
    }
  }

  after(call: Call): Strike {
    const trouble = this.#due(call, (one) => one === 'answer-lost' || one === 'kill');
    if (trouble === 'kill') return 'kill';
    return trouble === 'answer-lost' ? stormFault.connectionLost() : 'none';
  }

  /** At a named place of the engine: true when the process ends there. */
  at(point: string): boolean {
    const call: Call = { name: point, side: 'engine' };
    return this.#due(call, (one) => one === 'kill') === 'kill';
  }

  #due(call: Call, comes: (trouble: Trouble) => boolean): Trouble | null {
    if (this.#left === 0 || this.upheaval === null) return null;
    this.#wait -= 1;
    if (this.#wait > 0) return null;
    const possible = this.#kinds.filter((one) => comes(one) && strikes(one, call));
    if (possible.length === 0) return null;
    this.#left -= 1;
    this.#wait = this.#drawWait();
    const trouble = this.#draw.of(possible);
    this.struck.push(`${trouble} at ${call.name}`);
    return trouble;
  }

  #upset(trouble: Trouble): void {
    const { upheaval } = this;
    if (trouble === 'target-full') upheaval?.fillTarget();
    if (trouble === 'journal-full') upheaval?.fillJournal();
    if (trouble === 'slow') upheaval?.slow();
    if (trouble === 'clock-jump') upheaval?.jumpClock();
    if (trouble === 'stop') upheaval?.stop();
    if (trouble === 'source-moves') upheaval?.moveSource();
  }

  #drawWait(): number {
    return 1 + Math.floor(-Math.log(1 - this.#draw.fraction()) * this.#gap);
  }
}

/** Whether that trouble can come at such a call. */
function strikes(trouble: Trouble, { name, side }: Call): boolean {
  switch (trouble) {
    case 'kill':
    case 'slow':
    case 'clock-jump':
    case 'stop':
    case 'source-moves':
    case 'target-full':
    case 'journal-full':
      return true;
    case 'kill-sent':
      return side === 'target';
    case 'connection-lost':
    case 'answer-lost':
      return side === 'source' || side === 'target';
    case 'serialization':
      return /^target\.(?:begin|write|load|settle|commit|undo)$/.test(name);
    case 'ledger-refuses':
      return side === 'ledger';
  }
}
