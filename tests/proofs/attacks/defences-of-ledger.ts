import type { Defence } from './defence.ts';

const found = 'src/ledger/find-bad-entry.ts';
const verifyTest = 'src/ledger/verify-ledger.test.ts';
const witness = 'src/ledger/witness.ts';
const witnessTest = 'src/ledger/witness.test.ts';
const unfinishedTest = 'src/ledger/unfinished-steps.test.ts';
const stopsTest = 'tests/docs/when-a-run-stops.test.ts';

/** Of what is done to the ledger's own files, by who holds the runner's key too; and of a power cut before an outcome is written. */
export const defencesOfLedger: readonly Defence[] = [
  {
    attack: 'truncation: the tail cut off',
    file: found,
    from: 'if (last === undefined || last.size <= size) return null;',
    to: 'if (size >= 0) return null;',
    test: verifyTest,
    name: 'the tail cut off',
  },
  {
    attack: 'truncation with the checkpoints of the tail',
    file: found,
    from: 'if (last === undefined || last.size <= size) return null;',
    to: "if (last === undefined || last.size <= size || last.from === 'witnessed') return null;",
    test: verifyTest,
    name: 'a tail and its checkpoints cut off together',
  },
  {
    attack: 'truncation, shown to a witness',
    file: witness,
    from: 'if (size < seen.size) throw ledgerShrank(size, seen.size);',
    to: '',
    test: witnessTest,
    name: 'refuses a ledger that shrank',
  },
  {
    attack: 'history rewritten with the runner’s key',
    file: found,
    from: 'if (different === undefined) {',
    to: "if (different === undefined || different.from === 'witnessed') {",
    test: verifyTest,
    name: 'passes without a witness',
  },
  {
    attack: 'history rewritten, with the owner’s own checkpoints to blur the place',
    file: found,
    from: "different.from === 'witnessed' ? this.#witnessed : this.#covered",
    to: 'this.#covered',
    test: verifyTest,
    name: 'none of these makes the place narrower',
  },
  {
    attack: 'history rewritten with the runner’s key, shown to a witness',
    file: witness,
    from: 'if (!consistent) throw historyForked(seen.size, size);',
    to: '',
    test: witnessTest,
    name: 'refuses a history written anew',
  },
  {
    attack: 'a fork (split view)',
    file: found,
    from: 'hex(checkpoint.root) !== root',
    to: 'hex(checkpoint.root) === null',
    test: verifyTest,
    name: 'a fork after a checkpoint',
  },
  {
    attack: 'a fork (split view), shown to a witness',
    file: witness,
    from: 'if (!consistent) throw historyForked(seen.size, size);',
    to: '',
    test: witnessTest,
    name: 'refuses a fork behind its last checkpoint',
  },
  {
    attack: 'one byte changed anywhere',
    file: found,
    from: 'if (entry.prev !== this.#link) return this.#wrongLink(line, rest);',
    to: '',
    test: verifyTest,
    name: 'one bit changed anywhere',
  },
  {
    attack: 'a crash between effect and record, unseen',
    file: 'src/project/status.ts',
    from: 'undone || running !== null ? [] : unfinishedOf(project, run)',
    to: '[]',
    test: stopsTest,
    name: 'killed, stopped and begun again',
  },
  {
    attack: 'a crash between effect and record, passed over by the next run',
    file: 'src/project/run-migration.ts',
    from: 'ledger.append(unknown.map(unknownToldAs));',
    to: '',
    test: stopsTest,
    name: 'killed, stopped and begun again',
  },
  {
    attack: 'a step cut off, taken for one that ended',
    file: 'src/ledger/unfinished-steps.ts',
    from: 'if (type === begins) open.set(name, { run, step, entry: seq });',
    to: 'if (type === begins) open.delete(name);',
    test: unfinishedTest,
    name: 'cut off',
  },
  {
    attack: 'a text composed and decomposed (NFC, NFD) under one signature',
    file: 'src/ledger/canonical-json.ts',
    from: 'return canonicalize(value) as string;',
    to: "return (canonicalize(value) as string).normalize('NFC');",
    test: 'src/ledger/canonical-json.test.ts',
    name: 'composed and decomposed',
  },
  {
    attack: 'a member composed and decomposed (NFC, NFD) read as one',
    file: 'src/ledger/strict-json.ts',
    from: 'members.set(key, this.#value());',
    to: "members.set(key.normalize('NFC'), this.#value());",
    test: 'src/ledger/strict-json.test.ts',
    name: 'composed and decomposed letters stay different',
  },
  {
    attack: 'a loss accepted for a field of the same name decomposed (NFC, NFD)',
    file: 'src/runbook/judge-findings.ts',
    from: 'body.finding === found.id',
    to: "body.finding.normalize('NFC') === found.id.normalize('NFC')",
    test: 'src/runbook/build-runbook.test.ts',
    name: 'another field whose name only looks the same',
  },
  {
    attack: 'a stop rule edited while a run is under way',
    file: 'src/project/stop-keeper.ts',
    from: 'const { stopRules: agreed } = this.#world.runbook;',
    to: "const agreed = { ...this.#world.runbook.stopRules, quarantinedFloor: Number(/quarantinedFloor: (\\d+)/.exec(process.getBuiltinModule('node:fs').readFileSync(this.#project.folder.runbook, 'utf8'))?.[1]) };",
    test: 'tests/attacks/stopping-under-way.long.test.ts',
    name: 'edited while the run is under way',
  },
  {
    attack: 'a second run from another folder, over a ledger that both share',
    file: 'src/project/elsewhere-at-work.ts',
    from: 'if (occupied === null) throw locked(await atWorkElsewhere(project));',
    to: '',
    test: 'tests/attacks/ledger-in-postgres.long.test.ts',
    name: 'keeps other folders out',
  },
];
