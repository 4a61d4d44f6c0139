import type { Field, FieldType, Holds, Value } from '../../model/index.ts';

/** A day of a datetime or date field lies between these years (SOQL and SOAP API, date ranges). */
const [firstYear, lastYear] = [1700, 4000];

type Refuse = (text: string) => string | null;

/** What an org would refuse of the values of a field's type, or keep as another value. */
export function holdsOf({ type, native }: Field): Holds | null {
  const refuse = refusalOf(type, native);
  if (refuse === null) return null;
  return { refusal: (value: Value) => (typeof value === 'string' ? refuse(value) : null) };
}

function refusalOf(type: FieldType, native: string): Refuse | null {
  switch (type.kind) {
    case 'text':
      return textRefusal(native);
    case 'decimal':
      return numberRefusal;
    case 'integer':
      return integerRefusal(Number(/^int\((\d+)\)/.exec(native)?.[1] ?? 0));
    case 'date':
    case 'instant':
      return dayRefusal;
    case 'time':
      return (text) => (text.startsWith('24') ? 'Salesforce has no time 24:00:00' : null);
    default:
      return null;
  }
}

const nothing: Refuse = (text) =>
  text === '' ? 'Salesforce keeps no empty text: it would become no value' : null;

function textRefusal(native: string): Refuse {
  const listed = /^multipicklist\S* restricted.* of (.*)$/s.exec(native)?.[1];
  const options = new Set(listed?.split(';'));
  const email = native.startsWith('email');
  return (text) => {
    if (email && text !== '' && !/^[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+$/.test(text))
      return 'Salesforce takes no such e-mail address';
    if (listed !== undefined && text !== '' && !text.split(';').every((one) => options.has(one)))
      return 'a value is none of those the field lists';
    return nothing(text);
  };
}

/** Numbers are kept as binary doubles: one that would be another one afterwards is refused here. */
const numberRefusal: Refuse = (text) => {
  if (!/^-?\d/.test(text)) return 'Salesforce has no such number';
  return significant(String(Number(text))) === significant(text)
    ? null
    : 'Salesforce keeps numbers as doubles: this one has more digits than they hold';
};

/** The digits of a number without sign, point, exponent and zeros around them. */
const significant = (text: string): string => text.replace(/e.*$|[-.]/g, '').replace(/^0+|0+$/g, '');

const integerRefusal =
  (digitsMost: number): Refuse =>
  (text) =>
    digitsMost > 0 && text.replace('-', '').length > digitsMost
      ? `Salesforce takes at most ${digitsMost} digits here`
      : null;

const dayRefusal: Refuse = (text) => {
  const year = Number(/^(\d+)-/.exec(text)?.[1] ?? Number.NaN);
  return year >= firstYear && year <= lastYear && !text.endsWith('BC')
    ? null
    : `Salesforce has days of the years ${firstYear} to ${lastYear}`;
};
