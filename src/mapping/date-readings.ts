import type { FieldMapping, FieldProfile, Finding, Mapping, ObjectMapping, Profile } from '../model/index.ts';
import { mappingFinding } from './mapping-finding.ts';

/** The functions by which an expression picks one reading of a date in text. */
const picksReading = /\bto_(?:date|timestamp)\s*\(/i;

/**
 * Where a mapping reads texts as dates of one order, and the profile of the source cannot tell that they are all of that order:
 * `03/04/2024` fits both, so no record fails, and half of them may become another day. Without a profile nothing is known.
 */
export function dateReadingFindings(mapping: Mapping, profile: Profile | null): readonly Finding[] {
  return mapping.objects.flatMap((object) => {
    const relation = profile?.relations.find((one) => one.relation === object.source);
    const unclear = relation?.fields.filter((field) => competing(field) !== null) ?? [];
    return object.fields
      .filter(({ from }) => picksReading.test(from))
      .flatMap((field) =>
        unclear
          .filter(({ field: name }) => field.from.includes(name))
          .map((found) => finding(object, field, found)),
      );
  });
}

/** Styles that share texts, unless exactly one of them has texts of its own: those then tell which one is meant. */
function competing({ dateStyles }: FieldProfile): FieldProfile['dateStyles'] | null {
  const shared = dateStyles.filter(({ ambiguous }) => ambiguous !== '0');
  const certain = shared.filter(({ count, ambiguous }) => BigInt(count) > BigInt(ambiguous));
  return shared.length > 1 && certain.length !== 1 ? shared : null;
}

function finding(object: ObjectMapping, field: FieldMapping, profile: FieldProfile): Finding {
  const styles = competing(profile) ?? [];
  const either = styles
    .map(({ ambiguous }) => BigInt(ambiguous))
    .reduce((most, one) => (one > most ? one : most), 0n);
  const certain = styles.map(
    ({ style, count, ambiguous }) => `${BigInt(count) - BigInt(ambiguous)} can only be ${style}`,
  );
  return mappingFinding(object, {
    code: 'mapping.ambiguous-dates',
    severity: 'warn',
    title: `Dates of ${object.source}.${profile.field} can be read in more than one way, and the mapping picks one`,
    detail: `${either} can be ${styles.map(({ style }) => style).join(' or ')}; ${certain.join(', ')} (as profiled)`,
    fix: 'Ask who wrote them. Where both were written, tell them apart with case, or by a field that says where a record came from.',
    where: { field: field.field, ...(field.line === null ? {} : { line: field.line }) },
  });
}
