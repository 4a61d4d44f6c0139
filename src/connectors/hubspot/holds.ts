import type { Field, FieldType, Holds, Value } from '../../model/index.ts';
import { splitRules } from './property-rules.ts';
import { refusalByRules } from './rule-refusals.ts';

type Refuse = (text: string) => string | null;

/** What an account would refuse of the values of a field's type, or keep as another value. */
export function holdsOf({ type, native: told }: Field): Holds | null {
  const { native, rules } = splitRules(told);
  const refuse = refusalOf(type, native);
  if (refuse === null) return null;
  const refusal = (text: string): string | null => refuse(text) ?? refusalByRules(rules, text);
  return { refusal: (value: Value) => (typeof value === 'string' ? refusal(value) : null) };
}

function refusalOf(type: FieldType, native: string): Refuse | null {
  switch (type.kind) {
    case 'text':
      return textRefusal(native, type.charactersMax);
    case 'decimal':
      return numberRefusal;
    case 'date':
    case 'instant':
      return dayRefusal;
    default:
      return null;
  }
}

function textRefusal(native: string, charactersMax: number | null): Refuse {
  const listed = /^enumeration checkbox of (.*)$/s.exec(native)?.[1];
  const options = new Set(listed?.split(';'));
  const lower = / in lower case/.test(native);
  const email = / with @/.test(native);
  return (text) => {
    // Counted as the vendor counts: what stands beyond the first 65,536 characters of Unicode is two.
    if (charactersMax !== null && text.length > charactersMax)
      return `HubSpot takes at most ${charactersMax} characters, of which an emoji is two`;
    if (text === '') return 'HubSpot keeps no empty text: it would become no value';
    if (lower && text !== text.trim().toLowerCase())
      return 'HubSpot keeps this in lower case without blanks around it: it would become another value';
    if (email && !/^[^\s@,;<>()]+@[^\s@,;<>()]+\.[^\s@,;<>().]{2,}$/.test(text))
      return 'HubSpot takes no such e-mail address';
    if (listed !== undefined && !text.split(';').every((one) => options.has(one)))
      return 'a value is none of the options of the property';
    return null;
  };
}

/** Numbers are kept as binary doubles: one that would be another one afterwards is refused here. */
const numberRefusal: Refuse = (text) => {
  if (!/^-?\d/.test(text)) return 'HubSpot has no such number';
  return significant(String(Number(text))) === significant(text)
    ? null
    : 'HubSpot keeps numbers as doubles: this one has more digits than they hold';
};

/** The digits of a number without sign, point, exponent and zeros around them. */
const significant = (text: string): string => text.replace(/e.*$|[-.]/g, '').replace(/^0+|0+$/g, '');

const dayRefusal: Refuse = (text) =>
  /^\d{4}-/.test(text) && !text.endsWith('BC') ? null : 'HubSpot has days of the years 0 to 9999';
