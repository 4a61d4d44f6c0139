import type { Finding, FindingPlace, GodwitError, ObjectMapping } from '../model/index.ts';

/** A finding about what a mapping says, not about records. */
export function mappingFinding(
  object: ObjectMapping | null,
  content: Pick<Finding, 'code' | 'title' | 'detail' | 'fix'> & {
    readonly severity?: Finding['severity'];
    readonly waivable?: boolean;
    readonly where?: FindingPlace;
  },
): Finding {
  const { severity = 'block', waivable = severity !== 'block', where = {}, ...words } = content;
  return {
    ...words,
    severity,
    where: {
      ...(object ? { object: object.name } : {}),
      ...(object?.file ? { file: object.file } : {}),
      ...where,
    },
    records: null,
    examples: [],
    waivable,
  };
}

/** What a compiler refused, as a finding at its place in the mapping. */
export function compileFinding(object: ObjectMapping, error: GodwitError, where: FindingPlace = {}): Finding {
  const { code, title, detail, nextStep } = error;
  return mappingFinding(object, { code, title, detail, fix: nextStep, where });
}

/** ` Did you mean x?`, or nothing. */
export function meant(nearest: string | null): string {
  return nearest === null ? '' : ` Did you mean ${nearest}?`;
}
