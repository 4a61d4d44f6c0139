import type { FieldType } from '../model/index.ts';
import type { RiskEvidence, RiskInput } from './assessment.ts';
import { relationsInScope } from './in-scope.ts';
import { amount, counted, unknown } from './points.ts';

/** How much there is to know and to translate: relations, fields, types without an equal, code that lives in the database. */
export function schemaComplexity(input: RiskInput): readonly RiskEvidence[] {
  const relations = relationsInScope(input);
  const fields = relations.flatMap((relation) => relation.fields.filter(({ synthetic }) => !synthetic));
  const keyless = relations.filter(({ identity }) => identity.some((name) => name.startsWith('#')));
  const special = fields.filter(({ type }) => isSpecial(type));
  const names = new Set(relations.map(({ name }) => name));
  const code = input.source.objects.filter(
    ({ kind, relation }) =>
      ['trigger', 'function', 'procedure', 'rule'].includes(kind) &&
      (relation === null || names.has(relation)),
  );
  return [
    counted(
      'relations',
      relations.length,
      { full: 200, points: 20 },
      {
        measured: amount(relations.length, 'relation'),
        lowers: 'Move in phases: fewer relations at a time.',
      },
    ),
    counted(
      'fields',
      fields.length,
      { full: 2_000, points: 15 },
      {
        measured: amount(fields.length, 'field'),
        lowers: 'Leave behind, with a reason, the fields nobody uses.',
      },
    ),
    counted(
      'keyless',
      keyless.length,
      { full: 10, points: 15 },
      {
        measured: `${amount(keyless.length, 'relation')} without a key${listed(keyless.map(({ name }) => name))}`,
        lowers: 'Give these relations a key in the source before the move.',
      },
    ),
    counted(
      'special types',
      special.length,
      { full: 30, points: 15 },
      {
        measured: `${amount(special.length, 'field')} of types only one engine knows, or without a type`,
        lowers: 'Decide for each such field what it becomes, and write it into the mapping.',
      },
    ),
    counted(
      'code in the database',
      code.length,
      { full: 30, points: 15 },
      {
        measured: `${amount(code.length, 'trigger, function or rule', 'triggers, functions and rules')} around the data`,
        lowers: 'Write down what each does, and who does it after the move.',
      },
    ),
    ...findingEvidence(input),
  ];
}

function findingEvidence(input: RiskInput): readonly RiskEvidence[] {
  if (input.mapping === null)
    return [unknown('mapping', 20, 'Write the mapping and check it: `godwit map check`.')];
  const blocking = input.findings.filter(({ severity }) => severity === 'block');
  return [
    counted(
      'blocking findings',
      blocking.length,
      { full: 20, points: 20 },
      {
        measured: amount(blocking.length, 'blocking finding'),
        lowers: 'Settle the blocking findings.',
      },
    ),
  ];
}

function isSpecial(type: FieldType): boolean {
  if (type.kind === 'list') return isSpecial(type.of);
  return type.kind === 'native' || type.kind === 'any' || type.kind === 'interval';
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return '';
  return ` (${names.slice(0, 3).join(', ')}${names.length > 3 ? ', ...' : ''})`;
}
