import type { Finding, Mapping } from '../model/index.ts';
import { mappingFinding } from './mapping-finding.ts';

/** What a target foresees of a mapping. */
interface Foreseen {
  readonly kind: 'pairs-unchecked' | 'rule-unchecked' | 'said-twice' | 'owner-refused';
  readonly object: string;
  readonly field: string;
  readonly why: string;
}

type Words = Pick<Finding, 'code' | 'severity' | 'fix' | 'waivable'> & {
  readonly title: (place: string) => string;
};

const words: Readonly<Record<Foreseen['kind'], Words>> = {
  'pairs-unchecked': {
    code: 'mapping.pairs-unchecked',
    severity: 'note',
    waivable: true,
    title: (place) => `Which values ${place} may have beside those of another field is not checked`,
    fix: 'Rehearse with all records into a sandbox that has the same lists: what is refused there is told with the words of the target.',
  },
  'rule-unchecked': {
    code: 'mapping.rule-unchecked',
    severity: 'note',
    waivable: true,
    title: (place) => `A rule of the target for ${place} is not checked before the run`,
    fix: 'Rehearse with all records into a sandbox that has the same rule: what is refused there is told record by record.',
  },
  'said-twice': {
    code: 'mapping.said-twice',
    severity: 'warn',
    waivable: true,
    title: (place) => `${place} may say once more what another object has said`,
    fix: 'Feed one of the two; or merge here, with `mode: upsert`, which leaves what is there.',
  },
  'owner-refused': {
    code: 'mapping.owner-refused',
    severity: 'block',
    waivable: true,
    title: (place) => `${place} gives records to a user who can own none`,
    fix: 'Name an active user of the target. Where the target lets the user of the move give records to those who left, somebody may decide that.',
  },
};

/** One finding for each. */
export function foreseenFindings({ objects }: Mapping, foreseen: readonly Foreseen[]): readonly Finding[] {
  return foreseen.flatMap(({ kind, object: name, field, why }) => {
    const object = objects.find((one) => one.name === name);
    if (object === undefined) return [];
    const { title, ...said } = words[kind];
    const line = object.fields.find((one) => one.field === field)?.line ?? null;
    return mappingFinding(object, {
      ...said,
      title: title(`${object.target}.${field}`),
      detail: why,
      where: { system: 'target', relation: object.target, field, ...(line === null ? {} : { line }) },
    });
  });
}
