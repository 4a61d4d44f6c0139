/** How many calls a fault of the script befell. */
export interface Befell {
  readonly kind: string;
  readonly times: number;
}

/** What befell a move in bad weather. */
export interface Befallen {
  /** Each fault of the script, until everything was to be there. */
  readonly onTheWay: readonly Befell[];
  /** And until everything was taken back. */
  readonly inAll: readonly Befell[];
  /** How often the run ended with an error that may pass, and began again with new connections. */
  readonly restarts: number;
}

/** So many faults of its script befall each move. */
export const faultsLeast = 5;
/** Scripts that are drawn from one seed at most. */
const drawingsMost = 20;

/** How many faults of the script came about, each counted once, before everything was to be there. */
export const faultsOf = ({ onTheWay }: Befallen): number => onTheWay.filter(({ times }) => times > 0).length;

/**
 * Moves through one script after the other of a seed, until enough of one came about. A move that went wrong is the result, whatever
 * befell it.
 *
 * @param move through the how-manieth script of the seed, from 0 on
 */
export async function untilEnoughBefell<Result extends Befallen>(
  move: (drawing: number) => Promise<Result>,
  isRight: (result: Result) => boolean,
): Promise<Result & { readonly drawing: number }> {
  for (let drawing = 0; ; drawing += 1) {
    const result = await move(drawing);
    if (!isRight(result) || faultsOf(result) >= faultsLeast || drawing === drawingsMost - 1)
      return { ...result, drawing };
  }
}
