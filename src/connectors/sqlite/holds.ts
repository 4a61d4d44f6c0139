import type { Field, Holds } from '../../model/index.ts';
import { encoderFor, Unstorable } from './encode-values.ts';
import { declaredTypeFor } from './field-types.ts';

/** Types of which every value is kept. */
const whole = new Set(['integer', 'boolean', 'bytes']);

/** What the encoder of the field would refuse: SQLite itself refuses nothing, it would alter it. */
export function holdsOf(field: Field, created: boolean): Holds | null {
  if (whole.has(field.type.kind)) return null;
  const encode = encoderFor(created ? { ...field, native: declaredTypeFor(field.type) } : field);
  return {
    refusal: (value) => {
      try {
        encode(value);
        return null;
      } catch (error) {
        if (error instanceof Unstorable) return error.message;
        throw error;
      }
    },
  };
}
