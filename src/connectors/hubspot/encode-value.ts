import type { Field, Value } from '../../model/index.ts';
import type { RefusalCode } from '../port.ts';
import { holdsOf } from './holds.ts';

export type EncodedValue =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly message: string };

/** A canonical value as the API takes it: always a text, the empty one for no value. */
export function encodeValue(field: Field, value: Value): EncodedValue {
  if (value === null) return { kind: 'text', text: '' };
  if (typeof value === 'boolean') return { kind: 'text', text: String(value) };
  if (typeof value !== 'string') return refused('HubSpot has no property for bytes or lists');
  const why = holdsOf(field)?.refusal(value) ?? null;
  if (why !== null) return refused(why);
  const { type } = field;
  switch (type.kind) {
    case 'enum':
      return type.labels.includes(value)
        ? { kind: 'text', text: value }
        : {
            kind: 'refused',
            code: 'target.check',
            message: 'the value is none of the options of the property',
          };
    case 'instant':
      return instant(value);
    default:
      return { kind: 'text', text: value };
  }
}

/** `2026-11-20 12:45:00.5+00` is `2026-11-20T12:45:00.5Z`. */
function instant(value: string): EncodedValue {
  const [, day, time] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,3})?)\+00$/.exec(value) ?? [];
  return day === undefined || time === undefined
    ? refused('HubSpot keeps moments in milliseconds')
    : { kind: 'text', text: `${day}T${time}Z` };
}

const refused = (message: string): EncodedValue => ({ kind: 'refused', code: 'target.type', message });
