import {
  executeStep,
  type Journal,
  lookAtTarget,
  type ObjectPlan,
  reconcile,
  type Session,
  type SourceMovement,
} from '../engine/index.ts';
import {
  findRelation,
  fingerprintText,
  isGodwitError,
  type RunbookStep,
  type Schema,
} from '../model/index.ts';
import type { AuditReport } from '../reports/index.ts';
import { type Claim, type StepAction, stepActions, type TotalSeen } from '../runbook/index.ts';
import { differencesByKind, differencesIn } from './audit-verdict.ts';
import { auditWorld } from './audit-world.ts';
import { carryBack } from './carry-back.ts';
import { createdNames } from './created-relations.ts';
import { claimFailed } from './faults.ts';
import { sourceDigest, targetDigest } from './mapped-structure.ts';
import { movedNotes } from './moved-notes.ts';
import { preChecks } from './pre-checks.ts';
import type { Project } from './project.ts';
import { quarantinedKeys } from './quarantined-keys.ts';
import { auditDigest, foundRelations } from './run-statements.ts';
import { recordCalls } from './step-calls.ts';
import { nothingDone, type StepOutcome } from './step-outcome.ts';
import type { StopKeeper } from './stop-keeper.ts';
import { lookAtStopPoint, stopPointPassed, wasPassed } from './stop-points.ts';
import { sumTotals, totalsAfter } from './sum-totals.ts';
import { mostlyBecause } from './why-refused.ts';
import { seeCreated, type World } from './world.ts';

/**
 * Carries what a step's verbs ask for to the rooms that can do it: claims are looked up in the systems, records go to the
 * ledger, actions to the engine and the auditor. Invariant: the first action that fails ends the step.
 */
export class StepCarrier {
  readonly #project: Project;
  readonly #world: World;
  readonly #session: Session;
  readonly #journal: Journal;
  readonly #keeper: StopKeeper;
  #audit: AuditReport | null = null;

  constructor(project: Project, world: World, session: Session, journal: Journal, keeper: StopKeeper) {
    this.#project = project;
    this.#world = world;
    this.#session = session;
    this.#journal = journal;
    this.#keeper = keeper;
  }

  get audit(): AuditReport | null {
    return this.#audit;
  }

  async carry(step: RunbookStep, done: ReadonlySet<string>): Promise<StepOutcome> {
    const began = this.#project.clock.elapsedMs();
    const outcome = { ...nothingDone(step), durationMs: 0 };
    const before = this.#project.callsMade;
    this.#keeper.begin(step);
    try {
      if (this.#keeper.spoke === null) await this.#carryVerbs(step, done, outcome);
    } catch (error) {
      // Who was asked to stop is answered by no system any more: that is no failure of the step.
      if (!this.#session.signal.aborted || !isGodwitError(error) || error.fate !== 'later') throw error;
      Object.assign(outcome, { outcome: 'stopped' });
    }
    const calls = await recordCalls(this.#project, { run: this.#world.run, step: step.id, before });
    await this.#hold(step, outcome);
    const notes = [...outcome.notes, ...this.#project.pace.takeNotes(), ...this.#session.stalls.takeNotes()];
    const durationMs = this.#project.clock.elapsedMs() - began;
    return { ...outcome, notes, durationMs, ...calls };
  }

  /** What a rule or a person stopped is held: the ledger says so, before anybody can start the run again. */
  async #hold(step: RunbookStep, outcome: Omit<StepOutcome, 'durationMs'>): Promise<void> {
    const { spoke } = this.#keeper;
    if (spoke === null) return;
    const why =
      spoke.code === 'runbook.stop-quarantine'
        ? await mostlyBecause(this.#journal, this.#world.run, step.id)
        : null;
    const reason = why === null ? spoke.reason : `${spoke.reason}; ${why}`;
    Object.assign(outcome, { outcome: 'paused', reason });
    await this.#keeper.record(reason);
    if (!this.#keeper.takesBack) return;
    const told = await this.takeBack(step, spoke.code);
    if (told !== null) Object.assign(outcome, { reason: `${reason}; ${told}` });
  }

  /**
   * Takes back what a step has done, by its own verb for that; it begins anew when the run goes on. Answers in words what was
   * taken back; null when there was nothing.
   */
  async takeBack(step: RunbookStep, code: string): Promise<string | null> {
    const told: string[] = [];
    const taking = { signal: this.#project.signal, code };
    for (const action of stepActions('rollBack', step, this.#world.runbook)) {
      if (action.do === 'record') {
        if (told.length > 0) await this.#record(action.type, action.body);
        continue;
      }
      const words = await carryBack(this.#session, action, this.#world.plans, taking);
      if (words === null) return null;
      told.push(words);
    }
    return told.length === 0 ? null : `taken back: ${told.join('; ')}`;
  }

  async #carryVerbs(step: RunbookStep, done: ReadonlySet<string>, outcome: StepOutcome): Promise<void> {
    for (const verb of ['validate', 'start', 'complete'] as const) {
      for (const action of stepActions(verb, step, this.#world.runbook)) {
        const ended = await this.#carryOut(action, step, done);
        if (ended) Object.assign(outcome, ended);
        if (outcome.outcome !== 'done') return;
      }
    }
  }

  async #carryOut(
    action: StepAction,
    step: RunbookStep,
    done: ReadonlySet<string>,
  ): Promise<Partial<StepOutcome> | null> {
    switch (action.do) {
      case 'require':
        return await this.#require(action.claim, step, done);
      case 'record':
        await this.#record(action.type, action.body);
        return null;
      case 'ask':
        return await this.#stopPoint(step, action, done);
      case 'run':
        return await this.#run(step);
      case 'undo':
      case 'release':
      case 'drop-relations':
        throw new RangeError(`${action.do} is not part of a run`);
    }
  }

  /** One that holds is passed with a signature over what is to be seen there; the approval of the runbook covers the others. */
  async #stopPoint(
    step: RunbookStep,
    { person, holds }: Extract<StepAction, { readonly do: 'ask' }>,
    done: ReadonlySet<string>,
  ): Promise<Partial<StepOutcome> | null> {
    const passed = { step: step.id, person };
    if (!holds || this.#world.warrant.content.world === 'rehearsal') {
      await this.#record(stopPointPassed, { ...passed, by: 'its checks' });
      return null;
    }
    if (wasPassed(this.#project, this.#world.run, step.id)) return null;
    const seen = { world: this.#world, session: this.#session, journal: this.#journal };
    const shown = await lookAtStopPoint(seen, step, done);
    if (this.#keeper.holdAt(shown) !== null) return { outcome: 'paused' };
    await this.#record(stopPointPassed, { ...passed, by: 'a signature', shown: shown.about ?? '' });
    return null;
  }

  async #run(step: RunbookStep): Promise<Partial<StepOutcome>> {
    if (step.action.kind === 'audit') return await this.#auditStep();
    if (step.action.kind === 'sign-off')
      return {
        outcome: 'waiting',
        reason: `${step.approver} looks at the audit and signs the result: godwit approve result --key <file>`,
      };
    const report = await executeStep(this.#session, step, this.#world.plans, this.#copyBehind(step));
    if (step.action.kind === 'create-relations' || step.action.kind === 'complete-relations')
      seeCreated(this.#world, step.action.relations, await this.#inspectTarget());
    const counts = report.counts ?? { rowsRead: 0, rowsWritten: 0, rowsQuarantined: 0, rowsPurged: 0 };
    const moved = report.movement === null ? [] : this.#movedNotes(step, report.movement);
    return {
      ...counts,
      outcome: report.outcome,
      reason: report.paused?.reason ?? null,
      notes: [...report.notes, ...moved],
    };
  }

  #copyBehind({ id }: RunbookStep): RunbookStep | null {
    const { steps } = this.#world.runbook;
    const at = steps.findIndex((one) => one.id === id);
    return steps.slice(at + 1).find(({ action }) => action.kind === 'copy') ?? null;
  }

  #movedNotes({ action }: RunbookStep, movement: SourceMovement): readonly string[] {
    if (action.kind !== 'copy' && action.kind !== 'link') return [];
    const { runbook, warrant } = this.#world;
    const agreed = runbook.objects.find(({ object }) => object === action.object);
    if (!agreed) return [];
    const live = warrant.content.world === 'live';
    return movedNotes(agreed.source, movement, live ? agreed.rowsSource : null);
  }

  async #auditStep(): Promise<Partial<StepOutcome>> {
    const { move, runbook, run, plans, targetSchema } = this.#world;
    await using source = await this.#world.openSource();
    await using target = await this.#world.openTarget();
    this.#audit = await auditWorld({
      run,
      runbook,
      plans,
      source,
      target,
      mapping: move.loaded.mapping,
      targetSchema,
      quarantined: await quarantinedKeys(this.#journal, run),
      mask: (text) => this.#project.seal().blind(text),
      signal: this.#project.signal,
      onProgress: () => undefined,
    });
    const differences = differencesIn(this.#audit);
    await this.#record('audit-ended', {
      run,
      differences: String(differences),
      roots: this.#audit.relations
        .map(({ relation, evidence }) => `${relation} ${evidence.merkleRoot}`)
        .join('\n'),
      evidence: auditDigest(foundRelations(this.#audit)),
    });
    return {
      outcome: 'done',
      notes: [differences === 0 ? 'source and target agree' : `${differences} differences`],
    };
  }

  async #require(
    claim: Claim,
    step: RunbookStep,
    done: ReadonlySet<string>,
  ): Promise<Partial<StepOutcome> | null> {
    const failed = await this.#failure(claim, step, done);
    if (failed === null) return null;
    if (claim.kind === 'counts-add-up' || claim.kind === 'audit-within' || claim.kind === 'stop-rules-quiet')
      return { outcome: 'paused', reason: failed };
    throw claimFailed(step.id, failed);
  }

  /** Why a claim does not hold; null when it does. */
  async #failure(claim: Claim, step: RunbookStep, done: ReadonlySet<string>): Promise<string | null> {
    switch (claim.kind) {
      case 'system-is':
        return await this.#systemFailure(claim.role);
      case 'structure-is':
        return this.#structureFailure(claim.role, claim.digest);
      case 'relations-absent':
        return await this.#presenceFailure(claim.relations, false);
      case 'relations-present':
        return await this.#presenceFailure(claim.relations, true);
      case 'target-rows':
        return await this.#rowsFailure(claim.object, claim.rows);
      case 'counts-add-up':
        return await this.#countsFailure(claim.object);
      case 'step-done':
        return done.has(claim.step) ? null : `step ${claim.step} is not done`;
      case 'audit-within':
        return this.#auditFailure();
      case 'evidence-held':
        return this.#evidenceFailure(claim.check);
      case 'stop-rules-quiet':
        return await this.#stopFailure(step);
    }
  }

  async #systemFailure(role: 'source' | 'target'): Promise<string | null> {
    if (this.#world.warrant.content.world === 'rehearsal') return null;
    await using system = await (role === 'source' ? this.#world.openSource() : this.#world.openTarget());
    const agreed = this.#world.runbook.systems.find((one) => one.role === role);
    const found = fingerprintText(await system.fingerprint());
    return agreed && fingerprintText(agreed.fingerprint) === found
      ? null
      : `the ${role} is ${found}, agreed was ${agreed ? fingerprintText(agreed.fingerprint) : 'nothing'}`;
  }

  /** A rehearsal is one of the things that come before: it asks for none. */
  #evidenceFailure(check: string): string | null {
    if (this.#world.warrant.content.world === 'rehearsal') return null;
    const state = preChecks(this.#project, this.#world.runbook).find((one) => one.check === check);
    return state?.held === false ? `${state.title}: ${state.what}; ${state.verb}` : null;
  }

  #structureFailure(role: 'source' | 'target', digest: string): string | null {
    const { move, runbook } = this.#world;
    const now = role === 'source' ? sourceDigest(move) : targetDigest(move, createdNames(runbook));
    return now === digest ? null : `mapped relations of the ${role} were changed after the runbook was made`;
  }

  async #presenceFailure(relations: readonly string[], wanted: boolean): Promise<string | null> {
    const schema = await this.#inspectTarget();
    const wrong = relations.filter((name) => (findRelation(schema, name) !== undefined) !== wanted);
    const begun = await this.#journal.steps(this.#world.run);
    if (!wanted && begun.some(({ kind }) => kind === 'create-relations')) return null;
    return wrong.length === 0
      ? null
      : `${wrong.join(', ')} ${wanted ? 'should be there and is not' : 'is there already'}`;
  }

  #inspectTarget(): Promise<Schema> {
    return lookAtTarget(this.#session, async (target) => target.inspect());
  }

  /** Once the run itself has written there, counting says nothing: the engine's own check of the step does. */
  async #rowsFailure(object: string, rows: string): Promise<string | null> {
    const plan = this.#world.plans.get(object);
    if (!plan) return `the mapping has no object ${object}`;
    const { run, heldBefore } = this.#world;
    // A slice that was cut off leaves records where there are no transactions: they are the run's own.
    const now = await lookAtTarget(this.#session, async (target) => {
      const own = [...(await target.applied(run)), ...(await target.begun(run))];
      return own.length > 0 ? null : target.count(plan.target);
    });
    if (now === null) return null;
    const wanted = heldBefore === undefined ? rows : (heldBefore[plan.target.name] ?? '0');
    return now === wanted ? null : `${plan.target.name} holds ${now} records, agreed were ${wanted}`;
  }

  /** The sums that were agreed for what this step was the last to fill; an empty list where none were. */
  async #totals(plan: ObjectPlan | undefined, step: string): Promise<readonly TotalSeen[]> {
    const fields = plan ? totalsAfter(this.#world.runbook, step, plan.target.name) : [];
    if (!plan || fields.length === 0) return [];
    await using target = await this.#world.openTarget();
    const { move, targetSchema, runbook, run, plans } = this.#world;
    return await sumTotals(
      {
        run,
        runbook,
        plans,
        targetSchema,
        target,
        mapping: move.loaded.mapping,
        quarantined: await quarantinedKeys(this.#journal, run),
        mask: (text) => this.#project.seal().blind(text),
        signal: this.#project.signal,
      },
      // What the copy saw: a source that moved on since is no difference.
      await this.#session.connections.snapshot(),
      { relation: plan.target.name, fields },
    );
  }

  /** A relation that held nothing before cannot hold less: it is not counted. */
  async #stopFailure({ id, action }: RunbookStep): Promise<string | null> {
    const { runbook, plans, warrant } = this.#world;
    const plan = action.kind === 'copy' ? plans.get(action.object) : undefined;
    const agreed = runbook.objects.find(({ object }) => object === plan?.object);
    const before = agreed?.rowsTargetBefore ?? '0';
    const totals = await this.#totals(plan, id);
    if (!plan || before === '0' || warrant.content.world !== 'live')
      return (await this.#keeper.lookAnew({ totals }))?.reason ?? null;
    const { name: relation } = plan.target;
    const now = await lookAtTarget(this.#session, async (target) => target.count(plan.target));
    const target = { relation, before, now, added: String(await this.#added(relation)) };
    return (await this.#keeper.lookAnew({ target, totals }))?.reason ?? null;
  }

  /** Records this run has certainly added to a relation: not those that may have changed one, or become none at all. */
  async #added(relation: string): Promise<bigint> {
    const { run, move } = this.#world;
    const adding = move.loaded.mapping.objects.filter(
      ({ target, mode, each }) => target === relation && mode !== 'upsert' && each === null,
    );
    const names = new Set(adding.map(({ name }) => name));
    const journal = this.#journal;
    const numbers = await lookAtTarget(this.#session, async (target) => reconcile({ run, journal, target }));
    return numbers
      .filter(({ object }) => names.has(object))
      .reduce((sum, { rowsWritten }) => sum + BigInt(rowsWritten), 0n);
  }

  async #countsFailure(object: string): Promise<string | null> {
    const { run } = this.#world;
    const journal = this.#journal;
    const numbers = await lookAtTarget(this.#session, async (target) => reconcile({ run, journal, target }));
    const own = numbers.find((one) => one.object === object);
    if (!own || own.unexplained === '0') return null;
    return `${object}: ${own.rowsSource} records in the source, ${own.unexplained} of them are not accounted for`;
  }

  #auditFailure(): string | null {
    if (this.#audit === null) return null;
    const seen = differencesByKind(this.#audit, this.#world.targetSchema);
    return this.#keeper.look(seen)?.reason ?? null;
  }

  async #record(type: string, body: Readonly<Record<string, string>>): Promise<void> {
    const ledger = this.#project.ledger();
    ledger.append([{ type, actor: 'godwit', body: { run: this.#world.run, ...body } }]);
    await ledger.flush();
  }
}
