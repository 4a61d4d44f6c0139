import type { FieldType, Value } from '../../model/index.ts';
import type { Assignment } from '../program.ts';
import { characterCount } from '../text/code-points.ts';
import { withoutPadding } from '../text/compare-text.ts';
import { checked, exact } from './assignments.ts';
import { fitFault } from './fit-fault.ts';

type Text = Extract<FieldType, { kind: 'text' }>;
type Enum = Extract<FieldType, { kind: 'enum' }>;

/** A text into a text field: never cut. Padding of `char(n)` is no part of the text and comes and goes with the field. */
export function assignText(from: Text, to: Text): Assignment {
  const most = to.charactersMax;
  const read = from.padded && !to.padded ? withoutPadding : undefined;
  const fit = (text: string): Value => fittedText(read === undefined ? text : read(text), to, from.padded);
  const condition = most === null ? 'no character NUL' : `at most ${most} characters, no character NUL`;
  return checked(condition, fit);
}

/** Text that other types are written as (numbers, dates, uuid, json): it holds no NUL. */
export function assignAsText(
  lengthMax: number | null,
  to: Text,
  print?: (value: never) => string,
): Assignment {
  const write = (print ?? ((text: string) => text)) as (value: Value) => string;
  const fit = (value: Value): Value => fittedText(write(value), to);
  if (to.charactersMax === null || (lengthMax !== null && lengthMax <= to.charactersMax)) return exact(fit);
  return checked(`at most ${to.charactersMax} characters as text`, fit);
}

function fittedText(text: string, to: Text, padded = false): string {
  if (text.includes('\0')) throw fitFault('value.bad-encoding', 'a text cannot hold it');
  const most = to.charactersMax;
  if (most === null) return text;
  if (text.length <= most && !to.padded) return text;
  const own = to.padded ? withoutPadding(text) : text;
  const count = characterCount(own);
  if (to.padded && !padded && own.length < text.length)
    throw fitFault('value.would-lose', 'it ends in spaces, which the field cannot tell from its padding');
  if (count > most) throw fitFault('value.too-long', `it has ${count} characters, the field holds ${most}`);
  return to.padded ? own + ' '.repeat(most - count) : own;
}

/** A text that must be one of an enum's labels. */
export function assignLabel(from: Text | Enum, to: Enum): Assignment {
  const labels = new Set(to.labels);
  const fit = (text: string): Value => {
    const label = from.kind === 'text' && from.padded ? withoutPadding(text) : text;
    if (!labels.has(label)) throw fitFault('value.not-an-option', `the options are ${listed(to.labels)}`);
    return label;
  };
  if (from.kind === 'enum' && from.labels.every((label) => labels.has(label))) return exact();
  return checked(`one of ${listed(to.labels)}`, fit);
}

function listed(labels: readonly string[]): string {
  const shown = labels.slice(0, 12).join(', ');
  return labels.length > 12 ? `${shown} and ${labels.length - 12} more` : shown;
}
