import type { RiskEvidence, RiskInput } from './assessment.ts';
import { relationsInScope } from './in-scope.ts';
import { findPersonalData, type PersonalMark } from './personal-data.ts';
import { amount, counted, unknown } from './points.ts';

/** How much of what moves is about people, and how much of that is of the kinds the law guards most. */
export function complianceDensity(input: RiskInput): readonly RiskEvidence[] {
  const relations = relationsInScope(input);
  const marks = findPersonalData(relations, input.profile, input.confirmed);
  const fields = relations.reduce(
    (sum, relation) => sum + relation.fields.filter(({ synthetic }) => !synthetic).length,
    0,
  );
  const special = marks.filter(({ special }) => special);
  const open = marks.filter(({ evidence }) => evidence !== 'confirmed');
  const { regimes } = input.limits;
  return [
    {
      fact: 'personal fields',
      measured: `${marks.length} of ${amount(fields, 'field')}${named(marks)}`,
      points: fields === 0 ? 0 : Math.min(35, Math.round((marks.length / fields) * 70)),
      lowers: 'Leave personal fields behind that the target does not need.',
    },
    counted(
      'guarded kinds',
      special.length,
      { full: 8, points: 25 },
      {
        measured: `${amount(special.length, 'field')} on health, money, identity documents or secrets${named(special)}`,
        lowers: 'Mask these fields in every rehearsal and limit who may see examples.',
      },
    ),
    counted(
      'not confirmed',
      open.length,
      { full: 30, points: 15 },
      {
        measured: amount(open.length, 'suggestion nobody has confirmed', 'suggestions nobody has confirmed'),
        lowers: 'Have a person confirm or refuse each suggested mark.',
      },
    ),
    counted(
      'regimes',
      regimes.length,
      { full: 3, points: 15 },
      {
        measured: regimes.length === 0 ? 'none stated' : regimes.join(', '),
        lowers: null,
      },
    ),
    ...(input.profile === null
      ? [unknown('values', 10, 'Profile the source: values show personal data that names do not.')]
      : []),
  ];
}

function named(marks: readonly PersonalMark[]): string {
  if (marks.length === 0) return '';
  const names = marks.slice(0, 4).map(({ relation, field }) => `${relation}.${field}`);
  return ` (${names.join(', ')}${marks.length > 4 ? ', ...' : ''})`;
}
