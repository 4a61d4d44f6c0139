import { canonicalJson } from '../ledger/index.ts';
import { fingerprintDifference, type Runbook } from '../model/index.ts';

/** One thing that is not as it was when the older runbook was made or approved. */
export interface RunbookChange {
  readonly kind: ChangeKind;
  /** The object, finding, system, step or party it is about; empty when it is about the whole. */
  readonly about: string;
  readonly what: string;
}

export type ChangeKind =
  | 'mapping'
  | 'people'
  | 'source-system'
  | 'target-system'
  | 'source-structure'
  | 'target-structure'
  | 'source-data'
  | 'target-data'
  | 'finding'
  | 'limits'
  | 'party'
  | 'evidence'
  | 'step'
  | 'times';

/**
 * What changed between two runbooks, the reasons before what follows from them: somebody edited the mapping, a system
 * drifted, the data grew. The nonce is left out; two runbooks with the same content otherwise have no change.
 */
export function explainChange(older: Runbook, newer: Runbook): readonly RunbookChange[] {
  return [
    ...mappingChanges(older, newer),
    ...peopleChanges(older, newer),
    ...systemChanges(older, newer),
    ...dataChanges(older, newer),
    ...findingChanges(older, newer),
    ...limitChanges(older, newer),
    ...pairs(older.parties, newer.parties, ({ name }) => name, 'party', versionChange),
    ...pairs(
      older.evidence,
      newer.evidence,
      ({ name }) => name,
      'evidence',
      () => 'was measured anew and differs',
    ),
    ...pairs(older.steps, newer.steps, ({ id }) => id, 'step', stepChange),
    ...timeChanges(older, newer),
  ];
}

function mappingChanges(older: Runbook, newer: Runbook): readonly RunbookChange[] {
  if (older.mappingDigest === newer.mappingDigest) {
    return older.mappingSignature === newer.mappingSignature
      ? []
      : [{ kind: 'mapping', about: '', what: `was signed anew, by ${newer.mappingAuthor}` }];
  }
  const objects = pairs(
    older.objects,
    newer.objects,
    ({ object }) => object,
    'mapping',
    (a, b) => (a.mappingDigest === b.mappingDigest ? null : 'its mapping was edited'),
  );
  return objects.length > 0
    ? objects
    : [{ kind: 'mapping', about: '', what: 'what is left behind was edited' }];
}

function peopleChanges(older: Runbook, newer: Runbook): readonly RunbookChange[] {
  return older.policyDigest === newer.policyDigest
    ? []
    : [{ kind: 'people', about: '', what: 'people, roles or keys were changed' }];
}

function systemChanges(older: Runbook, newer: Runbook): readonly RunbookChange[] {
  return (['source', 'target'] as const).flatMap((role) => {
    const [a, b] = [older, newer].map(({ systems }) => systems.find((system) => system.role === role));
    if (!a || !b) return [];
    const parts = fingerprintDifference(a.fingerprint, b.fingerprint);
    const other: RunbookChange[] =
      parts.length === 0
        ? []
        : [
            {
              kind: `${role}-system`,
              about: b.name,
              what: `is another system (differs in ${parts.join(', ')})`,
            },
          ];
    const drifted: RunbookChange[] =
      a.schemaDigest === b.schemaDigest
        ? []
        : [
            {
              kind: `${role}-structure`,
              about: b.name,
              what: 'the structure of mapped relations was changed',
            },
          ];
    return [...other, ...drifted];
  });
}

function dataChanges(older: Runbook, newer: Runbook): readonly RunbookChange[] {
  const counted = (kind: 'source-data' | 'target-data', rows: 'rowsSource' | 'rowsTargetBefore') =>
    pairs(
      older.objects,
      newer.objects,
      ({ object }) => object,
      kind,
      (a, b) => (a[rows] === b[rows] ? null : `${a[rows]} records then, ${b[rows]} now`),
    ).filter(({ what }) => what !== added && what !== removed);
  return [...counted('source-data', 'rowsSource'), ...counted('target-data', 'rowsTargetBefore')];
}

function findingChanges(older: Runbook, newer: Runbook): readonly RunbookChange[] {
  return pairs(
    older.findings,
    newer.findings,
    ({ id }) => id,
    'finding',
    (a, b) => {
      if (a.records !== b.records) return `${a.records ?? 'no'} records then, ${b.records ?? 'no'} now`;
      if (a.severity !== b.severity) return `was "${a.severity}", is "${b.severity}"`;
      return a.decision === b.decision ? 'was found with another mapping' : 'rests on another decision';
    },
  );
}

function limitChanges(older: Runbook, newer: Runbook): readonly RunbookChange[] {
  return (['stopRules', 'options', 'approvals'] as const).flatMap((part) => {
    const [a, b]: Record<string, unknown>[] = [{ ...older[part] }, { ...newer[part] }];
    return Object.keys({ ...a, ...b })
      .filter((name) => !same(a?.[name] ?? null, b?.[name] ?? null))
      .map((name) => ({
        kind: 'limits' as const,
        about: `${part}.${name}`,
        what: `was ${JSON.stringify(a?.[name])}, is ${JSON.stringify(b?.[name])}`,
      }));
  });
}

type Versioned = Runbook['parties'][number];
const versionChange = (a: Versioned, b: Versioned): string =>
  `was ${a.version} with time zones ${a.tzdata}, is ${b.version} with ${b.tzdata}`;

function stepChange(a: Runbook['steps'][number], b: Runbook['steps'][number]): string | null {
  const all = new Set([...Object.keys(a), ...Object.keys(b)] as (keyof typeof b)[]);
  const parts = [...all].filter((part) => !same(a[part], b[part]));
  return parts.length === 0 ? null : `differs in ${parts.join(', ')}`;
}

function timeChanges(older: Runbook, newer: Runbook): readonly RunbookChange[] {
  return older.expiresAt === newer.expiresAt
    ? []
    : [{ kind: 'times', about: '', what: `expired at ${older.expiresAt}, expires at ${newer.expiresAt}` }];
}

const added = 'is new';
const removed = 'is no longer there';

/** Compares two lists of named things: added, removed, and where both have it, what `differ` says. */
function pairs<Thing>(
  older: readonly Thing[],
  newer: readonly Thing[],
  name: (thing: Thing) => string,
  kind: ChangeKind,
  differ: (a: Thing, b: Thing) => string | null,
): readonly RunbookChange[] {
  const before = new Map(older.map((thing) => [name(thing), thing]));
  const after = new Map(newer.map((thing) => [name(thing), thing]));
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((about) => {
    const [a, b] = [before.get(about), after.get(about)];
    if (a === undefined) return [{ kind, about, what: added }];
    if (b === undefined) return [{ kind, about, what: removed }];
    const what = same(a, b) ? null : differ(a, b);
    return what === null ? [] : [{ kind, about, what }];
  });
}

function same(a: unknown, b: unknown): boolean {
  return canonicalJson(a) === canonicalJson(b);
}
