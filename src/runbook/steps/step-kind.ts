import type { Action, Completion, PreCheck, Runbook, RunbookObject, RunbookStep } from '../../model/index.ts';

/**
 * What a kind of step is: how it is told to people, and its four verbs. A verb does nothing: it answers with actions, in
 * order, that `project` carries to the engine, the auditor, the ledger or a person. The first that fails ends the verb.
 */
export interface StepKind<Kind extends Action['kind']> {
  describe(action: ActionOf<Kind>, id: string, plan: StepPlan): StepText;
  /** Before anything: what must be true for the step to make sense. Reads only. */
  validate(step: StepOf<Kind>, runbook: Runbook): readonly StepAction[];
  start(step: StepOf<Kind>, runbook: Runbook): readonly StepAction[];
  /** What proves that it was done. Reads and records only. */
  complete(step: StepOf<Kind>, runbook: Runbook): readonly StepAction[];
  rollBack(step: StepOf<Kind>, runbook: Runbook): readonly StepAction[];
}

export type ActionOf<Kind extends Action['kind']> = Extract<Action, { readonly kind: Kind }>;
export type StepOf<Kind extends Action['kind']> = RunbookStep & { readonly action: ActionOf<Kind> };

/** What a step is told from. */
export interface StepPlan {
  readonly objects: ReadonlyMap<string, RunbookObject>;
  readonly target: string;
  readonly source: string;
  /** What the target does by itself when records are written; left out where it does nothing. */
  readonly automation?: TargetAutomation;
  /** Somebody has to sign that it was looked at. */
  readonly attested: boolean;
}

/** What a target does by itself when records are written. */
export interface TargetAutomation {
  /** What is kept silent with the calls of a run, each in words. */
  readonly silenced: readonly string[];
  /** What only people can switch off there, each in words. */
  readonly forPeople: readonly string[];
}

/** What a step says to people; its number, signer and rehearsed times are added by `buildRunbook`. */
export interface StepText {
  readonly title: string;
  readonly shows: readonly string[];
  readonly check: string;
  readonly stopPoint: string | null;
  /** The command that takes it back, and how much of the run with it; null when there is nothing to take back. */
  readonly rollback: Pick<NonNullable<RunbookStep['rollback']>, 'command' | 'takesBack'> | null;
  readonly irreversible: boolean;
}

/** No command takes back one step alone: steps behind it rest on it. */
export const wholeRun: NonNullable<StepText['rollback']> = {
  command: 'godwit rollback',
  takesBack: 'the whole run',
};

export type StepAction =
  /** A fact that must hold; when it does not, nothing further is done. */
  | { readonly do: 'require'; readonly claim: Claim }
  /** Durable in the ledger before the next action. */
  | { readonly do: 'record'; readonly type: string; readonly body: Readonly<Record<string, string>> }
  /** A stop point. One that holds is shown to this person, who lets the run go on; another passes, as its checks hold. */
  | { readonly do: 'ask'; readonly person: string; readonly holds: boolean }
  | { readonly do: 'run'; readonly step: string; readonly action: Action }
  /** Takes back what a step has written, slice by slice, leaving what somebody else changed since. */
  | { readonly do: 'undo'; readonly step: string }
  /** Takes the foreign keys among these away again. */
  | { readonly do: 'release'; readonly step: string; readonly completions: readonly Completion[] }
  | { readonly do: 'drop-relations'; readonly step: string; readonly relations: readonly string[] };

export type Claim =
  | { readonly kind: 'system-is'; readonly role: 'source' | 'target' }
  | { readonly kind: 'structure-is'; readonly role: 'source' | 'target'; readonly digest: string }
  | { readonly kind: 'relations-absent'; readonly relations: readonly string[] }
  | { readonly kind: 'relations-present'; readonly relations: readonly string[] }
  /** Records there that this run has not written: the same when a step is continued. */
  | { readonly kind: 'target-rows'; readonly object: string; readonly rows: string }
  /** Read = written + quarantined + purged, and the target holds what it held plus what was written. */
  | { readonly kind: 'counts-add-up'; readonly object: string }
  | { readonly kind: 'step-done'; readonly step: string }
  | { readonly kind: 'audit-within'; readonly differencesMax: number }
  | { readonly kind: 'stop-rules-quiet' }
  /** Evidence of it is there, and not too old. */
  | { readonly kind: 'evidence-held'; readonly check: PreCheck['check'] };

/** The object of an action; a runbook that names an object it does not have is not made here, so this is a defect. */
export function objectOf(plan: Pick<StepPlan, 'objects'>, name: string): RunbookObject {
  const object = plan.objects.get(name);
  if (object === undefined) throw new RangeError(`the runbook has no object ${name}`);
  return object;
}

export function findObject(runbook: Runbook, name: string): RunbookObject {
  return objectOf({ objects: new Map(runbook.objects.map((object) => [object.object, object])) }, name);
}

export function began(step: RunbookStep): StepAction {
  return { do: 'record', type: 'step-began', body: { step: step.id, kind: step.action.kind } };
}

export function ended(step: RunbookStep): StepAction {
  return { do: 'record', type: 'step-ended', body: { step: step.id, kind: step.action.kind } };
}

export function takenBack(step: RunbookStep): StepAction {
  return { do: 'record', type: 'step-taken-back', body: { step: step.id, kind: step.action.kind } };
}

/** The stop point of a step, where it has one. */
export function asked(step: RunbookStep): readonly StepAction[] {
  const { stopPoint, approver, holds } = step;
  return stopPoint === null && !holds ? [] : [{ do: 'ask', person: approver, holds: holds !== undefined }];
}
