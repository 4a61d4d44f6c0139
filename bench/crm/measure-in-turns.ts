import type { Figure } from '../figure.ts';
import type { CrmDatabase, CrmServers } from './crm-servers.ts';

/** What one copy took; `more` is what its maker also wants told, as medians. */
export interface Taken {
  readonly seconds: number;
  readonly more: readonly Pick<Figure, 'figure' | 'value' | 'unit'>[];
}

/** Without `Taken` the whole call is the time. */
type Copy = () => Promise<Taken | void>;

/** All that comes before a copy and is not timed is done; disposing of it takes away what it left. */
export interface Prepared extends Disposable {
  readonly copy: Copy;
}

/** One way to copy the source into an empty database. */
export interface Contender {
  readonly name: string;
  readonly prepare: (source: CrmDatabase, target: CrmDatabase) => Promise<Prepared>;
  /** Throws when the target is not what it should be; then the time does not count and the bench ends. */
  readonly verify: (source: CrmDatabase, target: CrmDatabase) => Promise<void>;
}

/** A way that has nothing to prepare. */
export function unprepared(
  copy: (source: CrmDatabase, target: CrmDatabase) => Promise<Taken | void>,
): Contender['prepare'] {
  return async (source, target) => ({
    copy: async () => copy(source, target),
    [Symbol.dispose]: () => undefined,
  });
}

/**
 * All contenders once in every round, each round beginning with another one, into a database that is new each time. All are
 * prepared before the first of a round is timed, so that those of a round follow each other closely: a rented machine is now faster,
 * now slower, for minutes.
 */
export async function measureInTurns(
  servers: CrmServers,
  contenders: readonly Contender[],
  runs: number,
): Promise<ReadonlyMap<string, readonly Taken[]>> {
  const taken = new Map<string, Taken[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < runs; round += 1) {
    const first = round % contenders.length;
    const turns: Turn[] = [];
    for (const contender of [...contenders.slice(first), ...contenders.slice(0, first)]) {
      const target = await servers.emptyTarget();
      turns.push({ contender, target, prepared: await contender.prepare(servers.source, target) });
    }
    for (const turn of turns) {
      const measured = await measure(servers, turn);
      taken.get(turn.contender.name)?.push(measured);
      console.error(`round ${round + 1}: ${turn.contender.name} ${measured.seconds.toFixed(2)} s`);
    }
  }
  return taken;
}

interface Turn {
  readonly contender: Contender;
  readonly target: CrmDatabase;
  readonly prepared: Prepared;
}

async function measure(servers: CrmServers, { contender, target, prepared }: Turn): Promise<Taken> {
  using ready = prepared;
  try {
    await servers.settle();
    const began = performance.now();
    const told = await ready.copy();
    const seconds = (performance.now() - began) / 1000;
    await contender.verify(servers.source, target);
    return told ?? { seconds, more: [] };
  } finally {
    await servers.drop(target);
  }
}

/** Medians of all, and of one the ratio to each of the others: the median over the rounds, for a round is a pair. */
export function* figuresOf(
  of: Pick<Figure, 'bench' | 'case'>,
  taken: ReadonlyMap<string, readonly Taken[]>,
  subject: string,
): Generator<Figure> {
  const own = taken.get(subject) ?? [];
  for (const [name, all] of taken) {
    const seconds = all.map((one) => one.seconds);
    if (name !== subject) yield { ...of, figure: name, value: rounded(median(seconds)), unit: 's' };
  }
  const value = rounded(median(own.map(({ seconds }) => seconds)));
  for (const [name, all] of taken) {
    if (name === subject) continue;
    const ratios = own.map(({ seconds }, round) => seconds / (all[round]?.seconds ?? Number.NaN));
    yield { ...of, figure: subject, value, unit: 's', against: name, ratio: rounded(median(ratios)) };
  }
  for (const { figure, unit } of own[0]?.more ?? []) {
    const values = own.map(({ more }) => more.find((one) => one.figure === figure)?.value ?? Number.NaN);
    yield { ...of, figure: `${subject}: ${figure}`, value: rounded(median(values)), unit };
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
