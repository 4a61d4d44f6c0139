import type { UndoReport } from '../../src/engine/index.ts';
import { checkCommit, checkParents } from './check-commits.ts';
import { checkContent } from './check-content.ts';
import { checkOnce } from './check-once.ts';
import { checkQuarantine } from './check-quarantine.ts';
import { checkUndo } from './check-undo.ts';
import { Fates } from './fates.ts';
import { checkLetters } from './letters.ts';
import type { OthersAtWork } from './others-at-work.ts';
import type { Tables } from './simulated-database.ts';
import type { StormWorld } from './storm-world.ts';

/** `through`: that every part of a migration ends, and without an error that is a defect. */
export const checkers = [
  'content',
  'once',
  'parents',
  'checkpoint',
  'undo',
  'quarantine',
  'through',
] as const;

export type Checker = (typeof checkers)[number];

/** All the checkers at work on one world; each looks at the systems themselves, never at what the engine says of them. */
export class Watch {
  readonly violations: string[] = [];
  readonly #world: StormWorld;
  readonly #others: OthersAtWork;

  constructor(world: StormWorld, others: OthersAtWork) {
    this.#world = world;
    this.#others = others;
    world.target.watch((commit) => {
      this.tell('checkpoint', checkCommit(world, commit));
      this.tell('parents', checkParents(commit, others));
    });
  }

  tell(checker: Checker, found: readonly string[]): void {
    this.violations.push(...found.map((one) => `${checker}: ${one}`));
  }

  /** The run is through, and nothing is under way any more. */
  atEndOfRun(): void {
    const fates = new Fates(this.#world);
    this.tell('content', checkContent(this.#world, fates));
    this.tell('quarantine', checkQuarantine(this.#world, fates));
    this.tell('once', checkOnce(this.#world, fates));
    const { content, quarantine, once } = checkLetters(this.#world);
    this.tell('content', content);
    this.tell('quarantine', quarantine);
    this.tell('once', once);
  }

  /** The run was taken back, as far as it can be. */
  atEndOfUndo(before: Tables, report: UndoReport): void {
    this.tell('undo', checkUndo(this.#world, before, this.#others, report));
  }
}
