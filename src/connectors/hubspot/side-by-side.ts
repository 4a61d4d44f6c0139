/** One piece of work among others. */
export interface Piece {
  /** What no two pieces under way may have in common. */
  readonly words: readonly string[];
  /** How much it takes of what `weightMost` bounds. */
  readonly weight: number;
  readonly work: () => Promise<void>;
}

export interface SideBySideLimits {
  readonly most: number;
  /** Of all pieces under way together; a heavier one goes alone. */
  readonly weightMost: number;
}

/** Waits until the piece may begin, not until it is done. */
export type Begin = (piece: Piece) => Promise<void>;

/**
 * Works on several pieces at the same time: one call after the other would leave most of the calls of ten seconds unused while each is
 * answered. Where one is done the next begins: nobody waits for the slowest of a round.
 *
 * Invariants: 1. pieces begin in the order in which they come; one that shares a word with one under way begins when that is done.
 * 2. once a piece failed none begins any more. 3. whatever fails, those under way are waited for: what they wrote is known. 4. what is
 * thrown is what failed first.
 */
export async function sideBySide(
  limits: SideBySideLimits,
  feed: (begin: Begin) => Promise<void>,
): Promise<void> {
  const pieces = new PiecesUnderWay(limits);
  try {
    await feed(async (piece) => await pieces.begin(piece));
  } catch (error) {
    pieces.fail(error);
  }
  await pieces.end();
}

class PiecesUnderWay {
  readonly #limits: SideBySideLimits;
  readonly #underWay = new Map<Piece, Promise<void>>();
  readonly #words = new Set<string>();
  #weight = 0;
  #failure: { readonly error: unknown } | null = null;

  constructor(limits: SideBySideLimits) {
    this.#limits = limits;
  }

  async begin(piece: Piece): Promise<void> {
    while (this.#failure === null && !this.#hasRoom(piece)) await Promise.race(this.#underWay.values());
    this.#throwFailure();
    for (const word of piece.words) this.#words.add(word);
    this.#weight += piece.weight;
    this.#underWay.set(piece, this.#carryOut(piece));
  }

  fail(error: unknown): void {
    this.#failure ??= { error };
  }

  async end(): Promise<void> {
    await Promise.all(this.#underWay.values());
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }

  #hasRoom({ words, weight }: Piece): boolean {
    if (this.#underWay.size === 0) return true;
    const { most, weightMost } = this.#limits;
    if (this.#underWay.size >= most || this.#weight + weight > weightMost) return false;
    return !words.some((word) => this.#words.has(word));
  }

  async #carryOut(piece: Piece): Promise<void> {
    try {
      await piece.work();
    } catch (error) {
      this.fail(error);
    }
    for (const word of piece.words) this.#words.delete(word);
    this.#weight -= piece.weight;
    this.#underWay.delete(piece);
  }
}
