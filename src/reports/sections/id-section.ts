import type { Row, Value } from '../../model/index.ts';
import type { Block, Section, Tone } from '../document.ts';
import type { IdAnswer, IdMatch, IdState } from '../id-answer.ts';

/** One record on both sides of the move. Its keys are shown as they are: whoever asks gave one and asked for the other. */
export function idSection(answer: IdAnswer): Section {
  const { object, asked, key, source, target, state, text, matches, notes } = answer;
  const side = asked === 'source' ? source : target;
  const named = side.fields.map((field, at) => `${field} ${valueText(key[at] ?? null)}`).join(', ');
  const owns = matches.some(({ own }) => own !== null);
  const head = ['run', 'step', 'slice', `${source.relation} (${source.fields.join(', ')})`];
  const blocks: Block[] = [
    {
      kind: 'table',
      head: [
        ...head,
        `${target.relation} (${target.fields.join(', ')})`,
        ...(owns ? [`own id in ${target.relation}`] : []),
      ],
      rows: matches.map((match) => rowOf(match, owns)),
      empty: '',
    },
    ...notes.map((note) => ({ kind: 'paragraph' as const, text: note })),
  ];
  return {
    id: 'id',
    title: `${object}: ${side.relation}, ${named}`,
    verdict: { tone: toneOf[state], text },
    blocks,
  };
}

const toneOf: Readonly<Record<IdState, Tone>> = {
  found: 'good',
  several: 'warn',
  quarantined: 'warn',
  purged: 'plain',
  'not-moved': 'warn',
  'not-there': 'warn',
  'not-kept': 'warn',
};

function rowOf({ kept, source, target, own }: IdMatch, owns: boolean): readonly string[] {
  return [
    kept?.run ?? 'not kept',
    kept?.step ?? '',
    kept === null ? '' : String(kept.slice),
    source === null ? 'cannot be told' : keyText(source),
    keyText(target),
    ...(owns ? [own === null ? '' : keyText(own)] : []),
  ];
}

/** The parts of a key, as they are given to `godwit id`. */
function keyText(key: Row): string {
  return key.map(valueText).join(' ');
}

function valueText(value: Value): string {
  if (value === null) return 'NULL';
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  return typeof value === 'object' ? `{${value.map(valueText).join(',')}}` : String(value);
}
