import type { WorldKind } from './storm-world.ts';

/** A world in which something was found once, and what it was. */
export interface KeptSeed extends WorldKind {
  readonly seed: number;
  readonly found: string;
}

/** They run with the tests. */
export const keptSeeds: readonly KeptSeed[] = [
  {
    seed: 1400,
    kinds: ['kill-sent'],
    letters: false,
    found:
      'a run was killed while a commit was under way, and taken back before that came: the slice was in the target behind an undo that called itself done',
  },
  {
    seed: 2780,
    kinds: ['kill-sent'],
    letters: false,
    found:
      'a replay was killed while its commit was under way; the next one did not see it, repeated its entries, and left them open beside the records that had come',
  },
  {
    seed: 21011,
    found:
      'a resident was overwritten, and a new record of its slice got its address: in the undo it got back what it held only after the firms were gone, and pointed at one of them until then',
  },
];
