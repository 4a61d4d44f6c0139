import type { SeededChoice } from '../../demo/seeded-choice.ts';
import { assignment } from '../../src/expressions/index.ts';
import type { FieldType } from '../../src/model/index.ts';
import { adoptedTypes } from '../fidelity/cells.ts';
import type { SystemName, TestedType } from '../fidelity/tested-type.ts';
import { named } from './drawn-names.ts';

/** A field of a made-up table and where it goes. `%s` in the types and in the check stands for the field's own name. */
export interface DrawnField {
  readonly name: string;
  readonly source: string;
  /** SQL of `i`, the record's number; null where the values are the literals. */
  readonly value: string | null;
  /** What the records have in turn where there is no value. */
  readonly literals: readonly string[];
  /** What a few records have instead. */
  readonly odd: readonly string[];
  readonly target: string;
  /** In the mapping language; `x` stands for the field. */
  readonly from: string;
  /** A condition of the target that some values break; null for none. */
  readonly check: string | null;
}

/**
 * A type of the fidelity matrix with values of its own, into a type of the target that takes it as it is.
 *
 * @param goesInBulk types between which there is more than one lane: they are preferred
 */
export function drawTested(
  choice: SeededChoice,
  name: string,
  { types, to, goesInBulk = () => true }: TestedTypes,
): DrawnField {
  const taking = (type: TestedType): readonly TestedType[] => {
    const takers = adoptedTypes(type, to);
    const alike = takers.filter(({ system, native }) => system === type.system && native === type.native);
    if (alike.length > 0) return alike;
    return takers.filter(
      (taker) => goesInBulk(type.model, taker.model) && assignment(type.model, taker.model).kind === 'exact',
    );
  };
  const whole = types.filter((type) => taking(type).length > 0);
  const usual = whole.length > 0 && choice.chance(0.9);
  const type = choice.of(usual ? whole : types.filter((one) => adoptedTypes(one, to).length > 0));
  const target = choice.of(usual ? taking(type) : adoptedTypes(type, to)).native;
  return {
    name,
    source: type.native,
    value: null,
    literals: Array.from({ length: 2 + choice.below(6) }, () => type.draw(choice)),
    odd: Array.from({ length: choice.below(4) }, () => choice.of(type.traps)),
    target,
    from: 'x',
    check: null,
  };
}

interface TestedTypes {
  readonly types: readonly TestedType[];
  readonly to: SystemName;
  readonly goesInBulk?: (from: FieldType, to: FieldType) => boolean;
}

/** As it stands in CREATE TABLE of the target; now and then with a rule that some records break. */
export function declaredTarget(
  choice: SeededChoice,
  { name, target, check }: DrawnField,
  quoted: (name: string) => string = named,
): string {
  const mine = (text: string): string => text.replaceAll('%s', () => quoted(name)).replaceAll('%%', '%');
  const holdsNull = / NULL| DEFAULT|CHECK/.test(target);
  const needed = !holdsNull && choice.chance(0.3) ? ' NOT NULL' : '';
  const rule = check !== null && choice.chance(0.7) ? ` CHECK (${mine(check)})` : '';
  return `${quoted(name)} ${mine(target)}${needed}${rule}`;
}

/** What the mapping says of it. */
export function mappedFrom({ name, from }: DrawnField): string {
  return from.replace(/\bx\b/, () => named(name));
}
