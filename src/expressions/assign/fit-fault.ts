import { GodwitError } from '../../model/index.ts';

const kinds = {
  'value.too-long': [
    'The text does not fit the field',
    'Shorten it on purpose, for example with left(x, 255), or choose a wider field.',
  ],
  'value.out-of-range': [
    'The number does not fit the field',
    'Choose a wider field, or say with case what such a number becomes.',
  ],
  'value.would-round': [
    'The field holds fewer digits than the value has',
    'Round on purpose, for example with round(x, 2), or choose a field with more digits.',
  ],
  'value.would-lose': [
    'The field cannot hold all of the value',
    'Cast on purpose, for example ::date, or choose another field.',
  ],
  'value.not-an-option': [
    'The value is none of the options of the field',
    'Map it with a values map, or say with case what it becomes.',
  ],
  'value.bad-encoding': [
    'The text holds the character NUL',
    'Remove it on purpose, or keep the value as bytes.',
  ],
  'value.unreadable': ['The field needs a text', 'Convert the value in the mapping.'],
} as const;

/** A value that does not fit its field unaltered. The detail says how, never which value. */
export function fitFault(code: keyof typeof kinds, detail: string): GodwitError {
  const [title, nextStep] = kinds[code];
  return new GodwitError({ code, title, detail, nextStep, fate: 'never' });
}
