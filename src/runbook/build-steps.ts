import type {
  Action,
  CallsOfSides,
  Completion,
  Person,
  Policy,
  Relation,
  Runbook,
  RunbookObject,
  RunbookStep,
} from '../model/index.ts';
import { statementsOf } from './agreed-texts.ts';
import type { ObjectOrder } from './order-objects.ts';
import { hasRole } from './policy.ts';
import type { RunbookInput } from './runbook-input.ts';
import { describeStep } from './step-verbs.ts';

/** Many small steps: check, create, copy each object, link each cycle, advance counters, audit, sign off. */
export function buildSteps(
  input: StepsInput,
  ordered: ObjectOrder,
  objects: readonly RunbookObject[],
): Pick<Runbook, 'steps' | 'pointOfNoReturn'> {
  const actions = listActions(input, ordered);
  const width = Math.max(2, String(actions.length).length);
  const plan = {
    objects: new Map(objects.map((object) => [object.object, object])),
    target: input.target.name,
    source: input.source.name,
    ...(input.automation ? { automation: input.automation } : {}),
    attested: (input.preChecks ?? []).some(({ check }) => check === 'automation'),
  };
  const ids = actions.map((action, at) => `${String(at + 1).padStart(width, '0')}-${nameOf(action)}`);
  const settled = actions.map((action) => withOwners(action, actions, ids, input, objects));
  const steps = settled.map((action, at): RunbookStep => {
    const id = ids[at] ?? '';
    const { rollback, ...text } = describeStep(action, id, plan);
    const measured = input.rehearsed.get(id);
    return {
      id,
      action,
      ...digestsOf(action, input),
      ...text,
      ...holdOf(action, text.irreversible, objects),
      rollback: rollback === null ? null : { ...rollback, rehearsedMs: measured?.rollbackMs ?? null },
      approver: action.kind === 'sign-off' ? input.responsible.owner : input.responsible.approver,
      rehearsedMs: measured?.durationMs ?? null,
      ...callsOf(action, input),
    };
  });
  return { steps, pointOfNoReturn: steps.find(({ irreversible }) => irreversible)?.id ?? null };
}

/** A second pass changes records that are there: it is taken for another writing of them. */
function callsOf(action: Action, { calls }: StepsInput): Pick<RunbookStep, 'calls'> {
  const told = (of: CallsOfSides | undefined): Pick<RunbookStep, 'calls'> =>
    of === undefined ? {} : { calls: of };
  if (action.kind === 'check-target') return told(calls?.checking);
  if (action.kind === 'audit') return told(calls?.audit);
  return action.kind === 'copy' || action.kind === 'link' ? told(calls?.objects.get(action.object)) : {};
}

/** A hard stop stands before what cannot be taken back, and before what changes records that are there. */
function holdOf(
  action: Action,
  irreversible: boolean,
  objects: readonly RunbookObject[],
): Pick<RunbookStep, 'holds'> {
  if (irreversible) return { holds: 'irreversible' };
  const written = objectsWritten(action);
  const overwrites = objects.some(({ object, mode }) => mode === 'upsert' && written.includes(object));
  return overwrites ? { holds: 'overwriting' } : {};
}

/** The objects whose records an action may write; a second pass may have to bring its whole cycle again. */
export function objectsWritten(action: Action): readonly string[] {
  if (action.kind === 'copy') return [action.object];
  if (action.kind !== 'link') return [];
  return [action.object, ...(action.cycle ?? []).map(({ object }) => object)];
}

function digestsOf(action: Action, { notary }: StepsInput): Pick<RunbookStep, 'digests'> {
  const statements = statementsOf(action);
  return statements.length === 0 ? {} : { digests: statements.map((statement) => notary.digest(statement)) };
}

type StepsInput = Pick<
  RunbookInput,
  | 'mapping'
  | 'relations'
  | 'creates'
  | 'source'
  | 'target'
  | 'responsible'
  | 'rehearsed'
  | 'policy'
  | 'notary'
  | 'preChecks'
  | 'automation'
  | 'calls'
> & { readonly authors: ReadonlySet<string> };

function listActions(
  { creates, relations, mapping, preChecks = [] }: StepsInput,
  { order, deferred }: ObjectOrder,
): Action[] {
  const targets = new Set(mapping.objects.map(({ target }) => target));
  const counting = relations.filter((relation) => targets.has(relation.name) && countsUp(relation));
  return [
    ...preChecks,
    { kind: 'check-target', objects: order },
    ...(creates === null || creates.statements.length === 0
      ? []
      : [
          {
            kind: 'create-relations',
            relations: creates.relations,
            statements: creates.statements,
          } as const,
        ]),
    ...order.flatMap((object) => copying(object, deferred, creates?.cycles ?? [])),
    ...order.flatMap((object) => {
      const fields = deferred.get(object);
      const linked = creates?.cycles.some((cycle) => cycle.includes(object)) ?? false;
      return fields === undefined || linked ? [] : [{ kind: 'link', object, fields } as const];
    }),
    ...completing(creates?.completions ?? []),
    ...(counting.length === 0
      ? []
      : [{ kind: 'advance-sequences', relations: counting.map(({ name }) => name) } as const]),
    { kind: 'audit', objects: order },
    { kind: 'sign-off', role: 'owner' },
  ];
}

/** The copy of an object; behind that of the last one of a cycle whose links came at once, what mends them. */
function copying(
  object: string,
  deferred: ObjectOrder['deferred'],
  cycles: readonly (readonly string[])[],
): Action[] {
  const fields = deferred.get(object) ?? [];
  const cycle = cycles.find((objects) => objects.includes(object));
  if (cycle === undefined) return [{ kind: 'copy', object, deferred: fields }];
  const copy: Action = {
    kind: 'copy',
    object,
    deferred: fields,
    ...(fields.length > 0 ? { linked: true } : {}),
  };
  if (cycle.at(-1) !== object) return [copy];
  const members = cycle.map((member) => ({ object: member, deferred: deferred.get(member) ?? [] }));
  const links = cycle.flatMap((member): Action[] => {
    const own = deferred.get(member);
    return own === undefined ? [] : [{ kind: 'link', object: member, fields: own, cycle: members }];
  });
  return [copy, ...links];
}

function completing(completions: readonly Completion[]): Action[] {
  if (completions.length === 0) return [];
  const relations = [...new Set(completions.map(({ relation }) => relation))];
  return [{ kind: 'complete-relations', relations, completions }];
}

/** Whose approval each step needs that changes records which are there: known only once all steps are numbered. */
function withOwners(
  action: Action,
  actions: readonly Action[],
  ids: readonly string[],
  input: StepsInput,
  objects: readonly RunbookObject[],
): Action {
  if (action.kind !== 'pre-check' || action.check !== 'owners') return action;
  const changing = new Set(objects.flatMap(({ object, mode }) => (mode === 'upsert' ? [object] : [])));
  const steps = actions.flatMap((one, at) =>
    (one.kind === 'copy' || one.kind === 'link') && changing.has(one.object)
      ? [{ step: ids[at] ?? '', owner: ownerOf(one.object, input) }]
      : [],
  );
  return { ...action, steps };
}

/** The owner the mapping names, if that person may approve; else the first who may. A plan where nobody may is refused. */
function ownerOf(name: string, { mapping, policy, authors }: StepsInput): string {
  const named = mapping.objects.find((object) => object.name === name)?.owner ?? '';
  const may = approvingOwners(policy, authors);
  return (may.find((person) => person.name === named) ?? may[0])?.name ?? '';
}

/** Who may approve, as an owner, what is done to records: nobody who wrote the mapping. */
export function approvingOwners({ people }: Policy, authors: ReadonlySet<string>): readonly Person[] {
  return people.filter((person) => hasRole(person, 'owner') && !authors.has(person.name));
}

/** The target gives this relation's keys by counting; copied keys have to be behind the counter. */
function countsUp({ fields }: Relation): boolean {
  return fields.some(
    ({ generated, default: preset }) =>
      generated === 'identity-always' || generated === 'identity-default' || /nextval\(/i.test(preset ?? ''),
  );
}

function nameOf(action: Action): string {
  switch (action.kind) {
    case 'copy':
    case 'link':
      return `${action.kind}-${action.object}`;
    case 'pre-check':
      return `before-${action.check}`;
    case 'check-target':
    case 'create-relations':
    case 'complete-relations':
    case 'advance-sequences':
    case 'audit':
    case 'sign-off':
      return action.kind;
  }
}
