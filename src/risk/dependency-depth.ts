import type { ForeignKey, Relation } from '../model/index.ts';
import type { RiskEvidence, RiskInput } from './assessment.ts';
import { relationsInScope } from './in-scope.ts';
import { amount, counted, unknown } from './points.ts';
import { type Edges, longestChain, stronglyConnected } from './relation-graph.ts';

/** How much hangs on how much: chains and cycles of references, those nobody declared, and what a delete takes along. */
export function dependencyDepth(input: RiskInput): readonly RiskEvidence[] {
  const relations = relationsInScope(input);
  const edges = referencesOf(relations);
  const cycles = stronglyConnected(edges).filter(
    (group) => group.length > 1 || edges.get(group[0] ?? '')?.has(group[0] ?? ''),
  );
  const chain = longestChain(edges);
  const keys = relations.flatMap(({ foreignKeys }) => foreignKeys);
  const composite = keys.filter(({ fields }) => fields.length > 1);
  const cascades = keys.filter(cascading);
  return [
    counted(
      'depth',
      Math.max(0, chain.length - 1),
      { full: 8, points: 25 },
      {
        measured:
          chain.length > 1 ? `${chain.length} levels: ${chain.join(' -> ')}` : 'no chain of references',
        lowers: null,
      },
    ),
    counted(
      'cycles',
      cycles.length,
      { full: 5, points: 25 },
      {
        measured: cycles.length === 0 ? 'no cycle' : cycles.map((group) => group.join(' <-> ')).join('; '),
        lowers:
          'Check that each cycle has a field that may be null, so that it can be linked in a second pass.',
      },
    ),
    counted(
      'composite references',
      composite.length,
      { full: 10, points: 10 },
      {
        measured: amount(composite.length, 'reference over several fields', 'references over several fields'),
        lowers: null,
      },
    ),
    counted(
      'cascades',
      cascades.length,
      { full: 20, points: 10 },
      {
        measured: amount(cascades.length, 'reference that cascades', 'references that cascade'),
        lowers: 'Know what an undo would take along: rehearse the rollback.',
      },
    ),
    ...valueEvidence(input, new Set(relations.map(({ name }) => name))),
  ];
}

function valueEvidence(input: RiskInput, scope: ReadonlySet<string>): readonly RiskEvidence[] {
  if (input.profile === null)
    return [
      unknown(
        'references in the data',
        20,
        'Profile the source: orphans and undeclared references show in values.',
      ),
    ];
  const found = input.profile.relations
    .filter(({ relation }) => scope.has(relation))
    .flatMap(({ orphans }) => orphans);
  const undeclared = found.filter(({ declared }) => !declared);
  const orphans = found.reduce((sum, { orphans }) => sum + Number(orphans), 0);
  return [
    counted(
      'undeclared references',
      undeclared.length,
      { full: 20, points: 15 },
      {
        measured: amount(
          undeclared.length,
          'reference that only the values show',
          'references that only the values show',
        ),
        lowers: 'Confirm or refuse each undeclared reference in the mapping.',
      },
    ),
    counted(
      'orphans',
      orphans,
      { full: 10_000, points: 15 },
      {
        measured: amount(orphans, 'record that points at nothing', 'records that point at nothing'),
        lowers: 'Mend the orphans in the source, or purge them with a reason.',
      },
    ),
  ];
}

function referencesOf(relations: readonly Relation[]): Edges {
  const names = new Set(relations.map(({ name }) => name));
  return new Map(
    relations.map(({ name, foreignKeys }) => [
      name,
      new Set(foreignKeys.map(({ references }) => references.relation).filter((to) => names.has(to))),
    ]),
  );
}

function cascading({ onDelete, onUpdate }: ForeignKey): boolean {
  return /cascade|set null|set default/i.test(`${onDelete} ${onUpdate}`);
}
