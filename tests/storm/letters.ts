import { keyOf, table } from '../../src/connectors/contract/neutral-relations.contract.ts';
import type { BulkFormat } from '../../src/connectors/index.ts';
import type { ObjectPlan } from '../../src/engine/index.ts';
import type { Transform } from '../../src/expressions/index.ts';
import {
  integer64,
  type Relation,
  type Row,
  type RunbookStep,
  recordKey,
  textUnlimited,
} from '../../src/model/index.ts';
import type { Draw } from './draw.ts';
import type { StormWorld } from './storm-world.ts';
import { recordsOf } from './target-view.ts';

/** Letters are copied as they are, so they may travel in bulk; in half of the worlds there are none. */
export interface Letter {
  readonly id: string;
  readonly text: string | null;
  readonly damaged: boolean;
}

export interface Letters {
  /** How they may travel: null where the systems know no bulk. */
  readonly format: BulkFormat | null;
  readonly sent: readonly Letter[];
  /** What the target held before. */
  readonly there: readonly Letter[];
  readonly pipedSliceFactor: number;
  /** Whether a slice with a letter that cannot go is cut into pieces, down to so many letters; null where it is not. */
  readonly partRowsMin: number | null;
  /** Whether they go before everything else, or last. */
  readonly first: boolean;
}

const letterFields = ['id', 'text'] as const;

const letters: Relation = table(
  'letters',
  { id: integer64, text: textUnlimited },
  { primaryKey: keyOf('id') },
);

const keptLetters: Relation = table(
  'letters',
  { id: integer64, text: textUnlimited },
  {
    primaryKey: keyOf('id'),
    required: ['text'],
    checks: [{ name: 'polite_letter', definition: "CHECK (text <> 'rude')" }],
  },
);

export const copyLetters: RunbookStep = {
  id: '05-copy-letter',
  title: '05-copy-letter',
  action: { kind: 'copy', object: 'letter', deferred: [] },
  shows: [],
  check: 'counts',
  stopPoint: null,
  rollback: null,
  irreversible: false,
  approver: 'anyone',
  rehearsedMs: null,
};

const copies = letterFields.map((field) => ({ source: field, target: field }));
const transform: Transform = {
  object: 'letter',
  targetFields: letterFields,
  lookups: [],
  copies,
  takes: copies.map((copy) => ({ ...copy, read: null })),
  apply: (row) => ({ kind: 'records', rows: [row] }),
};

export const letterPlan: ObjectPlan = {
  object: 'letter',
  source: letters,
  target: keptLetters,
  mode: 'append',
  key: ['id'],
  captureIds: false,
  copyTransform: () => transform,
  linkTransform: () => transform,
};

/** @param draw of its own, so that a world without letters is what it was before there were any */
export function drawLetters(draw: Draw): Letters | null {
  if (draw.chance(0.5)) return null;
  const awkward = draw.of([0, 0, 0.03, 0.3]);
  const sent = Array.from(
    { length: draw.between(0, 40) },
    (_nothing, at): Letter => ({
      id: String(at + 1),
      text: draw.chance(awkward / 3) ? null : draw.chance(awkward / 3) ? 'rude' : `dear ${at}`,
      damaged: draw.chance(awkward / 3),
    }),
  );
  const met = sent.filter(() => draw.chance(awkward / 3)).map(({ id }) => id);
  const there = [...met, '7001'].map((id): Letter => ({ id, text: 'old', damaged: false }));
  return {
    format: draw.of([null, 'postgres-binary', 'postgres-binary-encoded'] as const),
    sent,
    there: draw.chance(0.5) ? there : [],
    pipedSliceFactor: draw.between(1, 3),
    first: draw.chance(0.6),
    partRowsMin: draw.of([null, 1, 3]),
  };
}

/** Puts them where they are when the world begins. */
export function bringLetters(
  { source, target }: StormWorld,
  { format, sent, there, partRowsMin }: Letters,
): void {
  source.create([letters]);
  target.create([keptLetters]);
  source.bulk = format === null ? [] : [format];
  target.bulk = source.bulk;
  source.bulkPieces = partRowsMin !== null;
  target.bulkPieces = source.bulkPieces;
  source.others((work) => {
    for (const letter of sent)
      if (letter.damaged) work.add('letters', ['id'], [letter.id], bytesOf(letter));
      else work.add('letters', letterFields, letterRow(letter));
  });
  target.others((work) => {
    for (const letter of there) work.add('letters', letterFields, letterRow(letter));
  });
}

export interface LetterFindings {
  readonly content: readonly string[];
  readonly quarantine: readonly string[];
  readonly once: readonly string[];
}

/** The same truths of letters as of people, told from the plain letters. */
export function checkLetters({ letters: drawn, target, journal }: StormWorld): LetterFindings {
  const [content, quarantine, once] = [[], [], []] as string[][] as [string[], string[], string[]];
  if (!drawn) return { content, quarantine, once };
  const found = new Map(recordsOf(target.tables, 'letters').map(({ id, text }) => [id ?? '', text ?? null]));
  for (const { id, text } of drawn.there) {
    if (found.get(id) !== text) content.push(`letter ${id}, which was there, is ${String(found.get(id))}`);
    found.delete(id);
  }
  const open = [...journal.entries.values()].flatMap(({ kept }) =>
    kept.origin === copyLetters.id && kept.state === 'open' ? [kept] : [],
  );
  for (const letter of drawn.sent) {
    const { id, text } = letter;
    const reason = reasonAgainst(letter, drawn);
    const kept = open.filter(({ entry }) => entry.key === recordKey([id]));
    const there = found.has(id) ? 1 : 0;
    if (there + kept.length !== 1)
      once.push(`letter ${id}: ${there} in the target, ${kept.length} in quarantine`);
    if (reason === null && found.get(id) !== text)
      content.push(`letter ${id} is ${String(found.get(id))}, not ${text}`);
    if (reason !== null && there > 0) content.push(`letter ${id} should not be there`);
    for (const { code, entry } of kept) {
      if (code !== reason) quarantine.push(`letter ${id} is there for ${code}, not ${reason}`);
      const { original } = entry;
      const whole = letter.damaged
        ? original.kind === 'bytes'
        : original.kind === 'row' && recordKey(original.row) === recordKey(letterRow(letter));
      if (!whole) quarantine.push(`letter ${id} has another original`);
    }
    found.delete(id);
  }
  const known = new Set(drawn.sent.map(({ id }) => recordKey([id])));
  for (const { entry } of open)
    if (entry.key === null || !known.has(entry.key))
      quarantine.push(`an entry for letter ${entry.key}, which nobody sent`);
  content.push(...[...found.keys()].map((id) => `letter ${id} is nobody's`));
  return { content, quarantine, once };
}

function reasonAgainst({ id, text, damaged }: Letter, { there }: Letters): string | null {
  if (damaged) return 'storm.unreadable';
  if (text === null) return 'target.not-null';
  if (text === 'rude') return 'target.check';
  return there.some((one) => one.id === id) ? 'target.unique' : null;
}

function letterRow({ id, text }: Letter): Row {
  return [id, text];
}

function bytesOf({ id }: Letter): Uint8Array {
  return new TextEncoder().encode(`?${id}`);
}
