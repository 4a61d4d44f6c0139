import type { Checker } from './watch.ts';

/**
 * A bug that somebody could write into the engine, and the checker that has to see what it does. What only a rare world shows, a
 * commit that comes late, is in `kept-seeds.ts` instead.
 */
export interface PlantedBug {
  readonly bug: string;
  readonly checker: Checker;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const attempt = 'src/engine/slice-attempt.ts';
const pipe = 'src/engine/pipe-slice.ts';
const undo = 'src/engine/undo-run.ts';
const replay = 'src/engine/replay-quarantine.ts';

export const plantedBugs: readonly PlantedBug[] = [
  {
    bug: 'the last record of a batch is forgotten',
    checker: 'content',
    file: attempt,
    from: 'if (records.length > 0) yield records;',
    to: 'if (records.length > 0) yield records.slice(0, -1);',
  },
  {
    bug: 'an id that was asked for before is not given again',
    checker: 'content',
    file: 'src/engine/resolve-lookups.ts',
    from: 'else this.#remember(kept, answers.set(key, known), key, known);',
    to: 'else this.#remember(kept, new Map(), key, known);',
  },
  {
    bug: 'a link is set by no second pass',
    checker: 'quarantine',
    file: 'src/engine/link-object.ts',
    from: "needless: mode === 'upsert' ? () => false : (row) => fieldsAt.every((at) => (row[at] ?? null) === null),",
    to: 'needless: (row) => fieldsAt.length > 0 && row.length > 0,',
  },
  {
    bug: 'a slice that could not go in bulk is taken for brought',
    checker: 'through',
    file: pipe,
    from: 'code: error.code });\n    return null;',
    to: 'code: error.code });\n    return { applied: true, counts: countsOf(0, [], step) };',
  },
  {
    bug: 'the bounds of what goes in bulk are those of another slice',
    checker: 'through',
    file: pipe,
    from: '{ after: pipe.slice.after, upTo: pipe.slice.upTo }',
    to: '{ after: pipe.slice.upTo, upTo: pipe.slice.after }',
  },
  {
    bug: 'of what went in bulk one record too few is counted',
    checker: 'checkpoint',
    file: pipe,
    from: 'return countsOf(rows, purged, step);',
    to: 'return countsOf(Math.max(0, rows - 1), purged, step);',
  },
  {
    bug: 'a piece that could not go in bulk is taken for brought',
    checker: 'content',
    file: 'src/engine/piece-slice.ts',
    from: 'if (purged === null || loaded.rows === null) {',
    to: 'if (purged === null) {',
  },
  {
    bug: 'a replay repeats what was settled too',
    checker: 'once',
    file: replay,
    from: "entries({ run: session.run, origin, state: 'open' })",
    to: 'entries({ run: session.run, origin })',
  },
  {
    bug: 'a cut-off replay leaves what it brought in quarantine',
    checker: 'once',
    file: replay,
    from: 'await settle(session, step.step);',
    to: '',
  },
  {
    bug: 'a reference that was not found is made up',
    checker: 'parents',
    file: 'src/engine/resolve-lookups.ts',
    from: 'lookup: (object, key) => answers.get(object)?.get(key),',
    to: "lookup: (object, key) => answers.get(object)?.get(key) ?? '77',",
  },
  {
    bug: 'an undo takes the parents away first',
    checker: 'parents',
    file: undo,
    from: 'return found.sort((a, b) => b.place - a.place || b.slice - a.slice);',
    to: 'return found.sort((a, b) => a.place - b.place || a.slice - b.slice);',
  },
  {
    bug: 'what could not go is not written into the journal',
    checker: 'checkpoint',
    file: attempt,
    from: '    await this.#flush();\n    await session.journal.confirmSlice',
    to: '    await session.journal.confirmSlice',
  },
  {
    bug: 'purged records are counted and not kept',
    checker: 'checkpoint',
    file: attempt,
    from: 'this.#tally.purgedByRule());',
    to: '[]);',
  },
  {
    bug: 'an undo leaves what a replay brought',
    checker: 'undo',
    file: undo,
    from: 'return found.sort(',
    to: "return found.filter((one) => one.step.kind !== 'replay').sort(",
  },
  {
    bug: 'an undo that left records calls itself done',
    checker: 'undo',
    file: 'src/engine/undo-steps.ts',
    from: "outcome: left.length === 0 ? 'undone' : 'left-some',",
    to: "outcome: left.length >= 0 ? 'undone' : 'left-some',",
  },
  {
    bug: 'a run that was taken back can write again',
    checker: 'undo',
    file: 'src/engine/run-step.ts',
    from: "if (run.state === 'undoing' || run.state === 'undone') throw runUndone(session.run, run.state);",
    to: '',
  },
  {
    bug: 'the second pass meets what the first one kept back',
    checker: 'quarantine',
    file: attempt,
    from: 'if (work.firstPass === null) return batch;',
    to: 'if (work.firstPass !== undefined) return batch;',
  },
  {
    bug: 'originals that were not kept in memory are not read again',
    checker: 'quarantine',
    file: 'src/engine/kept-originals.ts',
    from: 'const missing = [...wanted].map((key) => keyValues(key));',
    to: 'const missing: Row[] = [];',
  },
  {
    bug: 'a replay marks nothing',
    checker: 'quarantine',
    file: replay,
    from: '  await settle(session, work.step);\n  const applied',
    to: '  const applied',
  },
  {
    bug: 'entries of a replay that was rolled back stay open beside the older ones',
    checker: 'quarantine',
    file: replay,
    from: 'await dropUncommitted(session, step.step);',
    to: '',
  },
  {
    bug: 'slices are taken for done that the target does not hold',
    checker: 'through',
    file: 'src/engine/copy-slices.ts',
    from: 'const done = new Set(applied.map((slice) => slice.slice));',
    to: 'const done = new Set([0, ...applied.map((slice) => slice.slice)]);',
  },
  {
    bug: 'a plan is made anew by every process',
    checker: 'through',
    file: 'src/engine/plan-slices.ts',
    from: 'if (known) return known;',
    to: '',
  },
  {
    bug: 'an error of the machine is taken for one that passes',
    checker: 'through',
    file: 'src/engine/retry-later.ts',
    from: "if (!isGodwitError(error) || error.fate !== 'later') throw error;",
    to: "if (!isGodwitError(error)) throw new TypeError('unknown');",
  },
];
