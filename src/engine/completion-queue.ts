import type { Completion } from '../model/index.ts';

/**
 * Statements that complete relations, each given out as soon as those it needs have ended and none under way keeps it waiting.
 * The locks of PostgreSQL say which, the strictest of all systems: an index lets its relation be read and other indexes be built;
 * a key wants the relation alone; adding a foreign key lets both of its relations be read and nothing else, holding it against the
 * records looks at those that refer and reads the others.
 *
 * Invariant: while statements wait and none is under way, `take` gives one.
 */
export class CompletionQueue {
  readonly #named: (relation: string) => boolean;
  readonly #underWay = new Set<Completion>();
  #waiting: readonly Completion[];
  /** What has not ended, counted by what it keeps others waiting for. */
  readonly #left = new Map<string, number>();

  /**
   * @param completions those that should be first, first
   * @param named whether a relation goes by its own name in all its statements; a part of a partitioned one does not
   */
  constructor(completions: readonly Completion[], named: (relation: string) => boolean) {
    this.#waiting = completions;
    this.#named = named;
    for (const one of completions) this.#count(one, 1);
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Null when all have to wait for one that is under way. */
  take(): Completion | null {
    const next = this.#waiting.find((one) => this.#mayBegin(one));
    if (!next) return null;
    this.#waiting = this.#waiting.filter((one) => one !== next);
    this.#underWay.add(next);
    return next;
  }

  ended(one: Completion): void {
    if (this.#underWay.delete(one)) this.#count(one, -1);
  }

  /** No more are given out. */
  close(): void {
    this.#waiting = [];
  }

  #mayBegin(one: Completion): boolean {
    if (needs(one, this.#named).some((what) => (this.#left.get(what) ?? 0) > 0)) return false;
    return [...this.#underWay].every((other) => goTogether(one, other));
  }

  #count(one: Completion, by: number): void {
    for (const what of gives(one)) this.#left.set(what, (this.#left.get(what) ?? 0) + by);
  }
}

const nameOf = ({ stage, relation, name }: Completion, of = stage): string => `${of}\n${relation}\n${name}`;

/** What others wait for until this one has ended. */
function gives(one: Completion): readonly string[] {
  if (one.stage === 'settle') return [];
  if (one.stage !== 'build' && one.stage !== 'attach') return ['all', nameOf(one)];
  return ['all', nameOf(one), 'own', `own\n${one.relation}`];
}

function needs(one: Completion, named: (relation: string) => boolean): readonly string[] {
  switch (one.stage) {
    case 'build':
      return [];
    case 'attach':
      return [nameOf(one, 'build')];
    case 'reference':
      return named(one.relation) ? relationsOf(one).map((relation) => `own\n${relation}`) : ['own'];
    case 'validate':
      return [nameOf(one, 'reference')];
    case 'settle':
      return ['all'];
  }
}

function relationsOf({ relation, references }: Completion): readonly string[] {
  return references === null ? [relation] : [relation, references];
}

function goTogether(one: Completion, other: Completion): boolean {
  // Each locks two relations: side by side they could wait for each other.
  if (one.stage === 'reference' && other.stage === 'reference') return false;
  const others = relationsOf(other);
  return relationsOf(one).every(
    (relation) => !others.includes(relation) || admits(useOf(one, relation), useOf(other, relation)),
  );
}

/** `builds` an index, `refers` to it or from it, `looks` at records that may not change meanwhile, only `reads`, or wants the relation `alone`. */
type Use = 'builds' | 'refers' | 'looks' | 'reads' | 'alone';

function useOf({ stage, relation }: Completion, of: string): Use {
  if (stage === 'build') return 'builds';
  if (stage === 'reference') return 'refers';
  if (stage === 'validate') return of === relation ? 'looks' : 'reads';
  return 'alone';
}

function admits(one: Use, other: Use): boolean {
  if (one === 'alone' || other === 'alone') return false;
  return one === 'reads' || other === 'reads' || (one === 'builds' && other === 'builds');
}
