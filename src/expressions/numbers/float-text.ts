import { floatText } from '../../model/index.ts';

export { float4Text, nearestExponential } from '../../model/index.ts';

/** The text of a binary64 number as PostgreSQL prints it. */
export const float8Text: (value: number) => string = floatText;
