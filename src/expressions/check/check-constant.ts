import type { A_Const as RawConstant } from 'libpg-query';
import { type ConstantNode, createConstantNode } from '../nodes/index.ts';
import { readDecimal } from '../numbers/read-decimal.ts';
import type { TypeName } from '../registry.ts';
import { type Checker, fault, notAllowed } from './checker.ts';

/**
 * A literal. Whole numbers take the smallest of int4, int8, numeric that holds them; texts and null stay open until their
 * surroundings decide. Other bases and underscores in numbers, which PostgreSQL 15 reads otherwise than 18, are refused.
 */
export function checkConstant(checker: Checker, raw: RawConstant): ConstantNode {
  const location = raw.location ?? null;
  const constant = (type: TypeName, value: ConstantNode['value']): ConstantNode =>
    createConstantNode({ type, modifiers: null, value, location });
  if (raw.isnull) return constant('unknown', null);
  if (raw.sval !== undefined) return constant('unknown', raw.sval.sval ?? '');
  if (raw.boolval !== undefined) return constant('bool', raw.boolval.boolval ?? false);
  if (raw.bsval !== undefined)
    throw notAllowed(checker, raw.location, 'bit strings are not part of the language');
  refuseOtherBases(checker, raw);
  if (raw.ival !== undefined) return constant('int4', String(raw.ival.ival ?? 0));
  const text = raw.fval?.fval ?? '';
  return isLongInteger(text)
    ? constant('int8', BigInt(text).toString())
    : constant('numeric', readDecimal(text));
}

function isLongInteger(text: string): boolean {
  if (!/^-?\d+$/.test(text)) return false;
  return BigInt.asIntN(64, BigInt(text)) === BigInt(text);
}

/** The tree holds `0x1F` as 31: only the text says how it was written. */
function refuseOtherBases(checker: Checker, raw: RawConstant): void {
  const place = checker.place(raw.location);
  if (place === null) return;
  const line = checker.text.split('\n')[place.line - 1] ?? '';
  const written = Array.from(line)
    .slice(place.column - 1)
    .join('');
  if (/^[-+\s]*(?:0[xXoObB]|[\d.]+_)/.test(written))
    throw fault(
      checker,
      'expression.not-allowed',
      raw.location,
      'numbers are written in decimal digits without underscores (PostgreSQL 15 and 18 read others differently)',
      'Write the number in decimal digits.',
    );
}
