import { type Completion, isGodwitError } from '../model/index.ts';

type Named = Pick<Completion, 'stage' | 'relation' | 'name'>;

const nameOf = ({ stage, relation, name }: Named): string => `${stage}\n${relation}\n${name}`;

/**
 * What a session is building beside its steps (`build-ahead.ts`): one relation after the other, each taken once.
 *
 * Invariants: 1. no statement is carried out twice at the same time. 2. a failure ends the work on its relation and nothing
 * else; what is no GodwitError, a defect or a kill, comes out at the next call. 3. after `end` nothing is under way.
 */
export class BuildsUnderWay {
  readonly #taken = new Set<string>();
  readonly #made = new Set<string>();
  readonly #underWay = new Map<string, Promise<unknown>>();
  #tail: Promise<void> = Promise.resolve();
  #ending = false;
  #broken: { readonly reason: unknown } | null = null;

  /** False from the moment somebody waits for the end: then no further statement is begun. */
  readonly goesOn = (): boolean => !this.#ending && this.#broken === null;

  has(relation: string): boolean {
    return this.#taken.has(relation);
  }

  /** Behind the relations taken before. `failed` hears why the work on it ended early; it may be taken again then. */
  take(relation: string, work: () => Promise<void>, failed: (error: unknown) => void): void {
    this.check();
    this.#taken.add(relation);
    this.#tail = this.#behind(async () => {
      try {
        if (this.goesOn()) await work();
        if (!this.goesOn()) this.#taken.delete(relation);
      } catch (error) {
        if (!isGodwitError(error)) this.#broken ??= { reason: error };
        else if (error.fate === 'later') this.#taken.delete(relation);
        failed(error);
      }
    });
  }

  /** Carries a statement out when nobody else is at it. */
  async alone(completion: Named, work: () => Promise<void>): Promise<void> {
    const name = nameOf(completion);
    // How the other one ended does not matter: whoever comes next asks the target what is there.
    for (let other = this.#underWay.get(name); other; other = this.#underWay.get(name))
      await other.catch(() => undefined);
    const own = work();
    this.#underWay.set(name, own);
    try {
      await own;
    } finally {
      this.#underWay.delete(name);
    }
  }

  isUnderWay(completion: Named): boolean {
    return this.#underWay.has(nameOf(completion));
  }

  noteMade(completion: Named): void {
    this.#made.add(nameOf(completion));
  }

  /** Whether this session carried it out before its step came. */
  wasMade(completion: Named): boolean {
    return this.#made.has(nameOf(completion));
  }

  /** From here on nothing more is begun, until the next relation is taken. */
  stop(): void {
    this.#ending = true;
    this.#tail = this.#behind(async () => {
      this.#ending = false;
    });
  }

  /** Waits for what is under way, and takes no more of what waits. */
  async end(): Promise<void> {
    this.stop();
    await this.#tail;
    this.check();
  }

  async #behind(work: () => Promise<void>): Promise<void> {
    await this.#tail;
    await work();
  }

  /** Throws the defect, or the kill, that ended the work. */
  check(): void {
    if (this.#broken) throw this.#broken.reason;
  }
}
