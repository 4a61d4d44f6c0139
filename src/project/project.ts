import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type OpenContext,
  type OpenSystem,
  type OwnDatabase,
  postgresLineStore,
  postgresOwnDatabase,
} from '../connectors/index.ts';
import { keepRunnerKey, keepSalt, type SharedRunnerKey } from '../engine/index.ts';
import {
  type Clock,
  createKeyFile,
  type Log,
  openKeyFile,
  openKeyFileBeside,
  type Random,
  type Seal,
  type SigningKey,
  sealBeside,
  sealFromPassphrase,
  silentLog,
  systemClock,
  systemRandom,
} from '../host/index.ts';
import { FileLedger, type Ledger, type LineStore, StoredLedger } from '../ledger/index.ts';
import {
  bytesOfHex,
  type CallMade,
  type CountedOfSides,
  countCall,
  GodwitError,
  hex,
  isGodwitError,
  noCalls,
} from '../model/index.ts';
import { CallsWaiting, type WaitTold } from './calls-waiting.ts';
import { type Environment, processEnvironment, requireSecret } from './environment.ts';
import { journalNotShared, otherPassphrase, otherRunnerKey, otherSalt } from './faults.ts';
import { SystemOpener } from './open-systems.ts';
import { findProjectFolder, type ProjectFolder } from './project-folder.ts';
import { protectionOf } from './protection-settings.ts';
import { readSettings } from './read-settings.ts';
import type { Settings, SystemSettings } from './settings.ts';
import { SourcePace } from './source-pace.ts';
import { systemText } from './system-text.ts';
import { writeWholeFile } from './write-whole-file.ts';

/**
 * An opened project folder: what every verb starts from. Systems, seal and ledger are opened when first needed, so that
 * `godwit status` asks for no password.
 *
 * Invariants: 1. secrets come from the environment at the moment of use. 2. everything opened here is closed with it.
 */
export class Project implements AsyncDisposable {
  readonly folder: ProjectFolder;
  readonly settings: Settings;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly opener: SystemOpener;
  readonly pace: SourcePace;
  /** What calls wait for because too many were made. */
  readonly waits: CallsWaiting;
  readonly #open: Promise<OpenSystem>[] = [];
  readonly #callsMade = { source: noCalls, target: noCalls };
  readonly #callsWaitMostMs: number | null;
  #seal: Seal | null = null;
  #runnerKey: SigningKey | null = null;
  #ledger: Ledger | null = null;
  #lineStore: LineStore | null = null;
  #sharedDatabase: OwnDatabase | null = null;
  /** Journal and ledger outlast what asks the work to stop: how it ended has to be told there, and what was held be given back. */
  readonly #closed = new AbortController();

  constructor(folder: ProjectFolder, settings: Settings, options: ProjectOptions) {
    this.folder = folder;
    this.settings = settings;
    this.environment = options.environment ?? processEnvironment;
    this.clock = options.clock ?? systemClock;
    this.random = options.random ?? systemRandom;
    this.log = options.log ?? silentLog;
    this.signal = options.signal ?? new AbortController().signal;
    this.opener = new SystemOpener(folder.root, this.environment);
    this.pace = new SourcePace(this, protectionOf(settings.protection));
    const { systems } = settings;
    this.waits = new CallsWaiting({
      clock: this.clock,
      place: (system) => systemText(systems[system] ?? systems.target),
      tell: options.onWait ?? (() => undefined),
    });
    this.#callsWaitMostMs = options.callsWaitMostMs ?? null;
  }

  /** Calls that left for each side so far, a sandbox counted with the target; none of systems that count no calls. */
  get callsMade(): CountedOfSides {
    return { ...this.#callsMade };
  }

  /** A path inside `.godwit/`, which is made when missing. */
  statePath(name: string): string {
    mkdirSync(this.folder.state, { recursive: true, mode: 0o700 });
    return join(this.folder.state, name);
  }

  /** Read through it at the pace of `protection.source`, whatever reads it. */
  source(): Promise<OpenSystem> {
    const { source } = this.settings.systems;
    const opening = this.opener.open(source, this.#context('source', null));
    return this.#keep(opening.then((system) => this.pace.slow(system)));
  }

  /** Opened for reading only: no seal, so nothing can be written through it. */
  targetToRead(): Promise<OpenSystem> {
    return this.#keep(this.opener.open(this.settings.systems.target, this.#context('target', null)));
  }

  /** Begins to open both, for those who only look. What fails is told where it is awaited, and nowhere else. */
  bothToRead(): BothSystems {
    const both = { source: this.source(), target: this.targetToRead() };
    for (const opening of Object.values(both)) opening.catch(() => undefined);
    return both;
  }

  target(): Promise<OpenSystem> {
    return this.#keep(this.opener.open(this.settings.systems.target, this.#context('target', this.seal())));
  }

  /** The one of that name beside the target, or the system that `godwit.yaml` names for it. */
  sandbox(name: string): Promise<OpenSystem> {
    const { target, sandbox } = this.settings.systems;
    const context = this.#context('sandbox', this.seal());
    return this.#keep(
      sandbox === null ? this.opener.openSandbox(target, name, context) : this.opener.open(sandbox, context),
    );
  }

  /** What a backup was restored to, to be read; whoever opens it closes it, before it is dropped. */
  scratch(settings: SystemSettings): Promise<OpenSystem> {
    return this.opener.open(settings, this.#context('source', null));
  }

  /** The seal under the user's passphrase; its salt lies in `.godwit/salt`. */
  seal(): Seal {
    this.#seal ??= sealFromPassphrase(this.passphrase(), this.#salt());
    return this.#seal;
  }

  /** Derives the keys of seal and ledger in threads, so that `seal` and `runnerKey` have them at hand when this is done. */
  async deriveKeys(): Promise<void> {
    const path = this.statePath('runner.key');
    const runnerKey = existsSync(path) ? openKeyFileBeside(path, this.passphrase()) : null;
    const seal = sealBeside(this.passphrase(), this.#salt());
    this.#seal ??= await seal;
    this.#runnerKey ??= await runnerKey;
  }

  passphrase(): ReturnType<typeof requireSecret> {
    return requireSecret(
      this.environment,
      this.settings.protection.passphrase_env,
      'the passphrase that protects kept records',
    );
  }

  ledger(): Ledger {
    this.#ledger ??= this.#openLedger();
    return this.#ledger;
  }

  /** Where the lines are when they are not in the folder itself; null when they are. */
  lineStore(): LineStore | null {
    const { ledger } = this.settings;
    if (ledger.kind === 'files') return null;
    this.#lineStore ??= postgresLineStore(
      this.opener.postgresAddress(ledger),
      this.ledgerOrigin,
      this.#closed.signal,
    );
    return this.#lineStore;
  }

  /** Where journal and claims are when several machines work on the project; null when one does. Throws `project.journal-not-shared`. */
  sharedDatabase(): OwnDatabase | null {
    const { journal, ledger } = this.settings;
    if (journal.kind === 'files') return null;
    if (ledger.kind === 'files') throw journalNotShared();
    this.#sharedDatabase ??= postgresOwnDatabase(this.opener.postgresAddress(journal), this.#closed.signal);
    return this.#sharedDatabase;
  }

  /** Of a journal that several machines share the salt is shared, too: what one of them sealed the others can open. */
  async shareSalt(): Promise<void> {
    const database = this.sharedDatabase();
    if (database === null) return;
    const path = this.statePath('salt');
    const own = existsSync(path) ? readFileSync(path, 'utf8').trim() : null;
    const kept = await keepSalt(database, this.ledgerOrigin, own ?? hex(this.random.bytes(32)));
    if (own === null) writeWholeFile(path, `${kept}\n`, 0o600);
    else if (own !== kept) throw otherSalt(path);
  }

  /** What others wrote to a ledger in a database comes into the folder. What is wrong with it is told by who uses it. */
  async refreshLedger(): Promise<void> {
    if (this.settings.ledger.kind === 'files') return;
    try {
      await this.ledger().refresh();
    } catch (error) {
      if (!isGodwitError(error, 'ledger.damaged')) throw error;
    }
    await this.#shareRunnerKey();
  }

  /** Signs what the ledger holds now. One key signs on all machines: whoever makes it gives it to the others before it signs anything. */
  async checkpoint(): Promise<void> {
    const key = this.runnerKey();
    await this.#shareRunnerKey();
    await this.ledger().checkpoint(key);
  }

  /** As the salt: the first key is that of all machines. Throws `project.other-runner-key`. */
  async #shareRunnerKey(): Promise<void> {
    const database = this.sharedDatabase();
    if (database === null) return;
    const path = this.statePath('runner.key');
    const own = this.#keptRunnerKey(path);
    const kept = await keepRunnerKey(database, this.ledgerOrigin, own);
    if (kept === null) return;
    if (own !== null && own.publicLine !== kept.publicLine) throw otherRunnerKey(path);
    if (own !== null) return;
    // The public half last: where it is, both are.
    writeWholeFile(path, kept.sealed, 0o600);
    writeWholeFile(`${path}.pub`, kept.publicLine);
  }

  #keptRunnerKey(path: string): SharedRunnerKey | null {
    if (!existsSync(path) || !existsSync(`${path}.pub`)) return null;
    return { sealed: readFileSync(path, 'utf8'), publicLine: readFileSync(`${path}.pub`, 'utf8') };
  }

  #openLedger(): Ledger {
    const store = this.lineStore();
    const options = { folder: this.statePath('ledger'), origin: this.ledgerOrigin, clock: this.clock };
    return store === null ? FileLedger.open(options) : new StoredLedger({ ...options, store });
  }

  /** A signed note's name holds no space and no plus; a project's may. */
  get ledgerOrigin(): string {
    return `godwit/${this.settings.project.replaceAll(/[\s+%]/gu, encodeURIComponent)}`;
  }

  /** The key that signs checkpoints of this ledger; made when first needed, under the project's passphrase. */
  runnerKey(): SigningKey {
    this.#runnerKey ??= this.#openRunnerKey(this.statePath('runner.key'));
    return this.#runnerKey;
  }

  #openRunnerKey(path: string): SigningKey {
    // As costly to guess as the seal of everything else in this folder, under the same passphrase.
    const scryptN = 2 ** 15;
    if (existsSync(path)) return this.#openKeptKey(path);
    if (existsSync(`${path}.pub`)) throw stateDamaged(path, 'the key that signs checkpoints is gone');
    return createKeyFile(path, this.passphrase(), { scryptN });
  }

  /** Nobody made this key themselves: who is told that it does not open is told which passphrase is meant. */
  #openKeptKey(path: string): SigningKey {
    try {
      return openKeyFile(path, this.passphrase());
    } catch (error) {
      if (!isGodwitError(error, 'host.key-file-unreadable')) throw error;
      throw otherPassphrase(error, this.settings.protection.passphrase_env);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.waits[Symbol.dispose]();
    for (const opening of this.#open.splice(0).reverse()) {
      const system = await opening.catch(() => null);
      await system?.[Symbol.asyncDispose]();
    }
    this.#ledger?.[Symbol.dispose]();
    await this.#lineStore?.[Symbol.asyncDispose]();
    await this.#sharedDatabase?.[Symbol.asyncDispose]();
    this.#closed.abort();
  }

  #keep(opening: Promise<OpenSystem>): Promise<OpenSystem> {
    this.#open.push(opening);
    return opening;
  }

  #context(role: OpenContext['role'], seal: Seal | null): OpenContext {
    const { clock, random, log, signal } = this;
    const side = role === 'source' ? 'source' : 'target';
    const onCall = (call: CallMade): void => {
      this.#callsMade[side] = countCall(this.#callsMade[side], call);
    };
    const callsWaitMostMs = this.#callsWaitMostMs;
    const { lockTimeoutSeconds } = protectionOf(this.settings.protection).target;
    const lockTimeoutMs = lockTimeoutSeconds === undefined ? undefined : lockTimeoutSeconds * 1_000;
    return {
      name: role,
      role,
      clock,
      random,
      log,
      seal,
      signal,
      onCall,
      onWait: (wait) => this.waits.see(role, wait),
      giveUpWaiting: this.waits.givenUp,
      ...(callsWaitMostMs === null ? {} : { callsWaitMostMs }),
      quotasIn: () => this.sharedDatabase(),
      ...(lockTimeoutMs !== undefined && role === 'target' && { lockTimeoutMs }),
    };
  }

  #salt(): Uint8Array {
    const path = this.statePath('salt');
    const kept = existsSync(this.statePath('journal.sqlite'));
    if (!existsSync(path) && kept)
      throw stateDamaged(path, 'the salt is gone, and records are kept under it');
    if (!existsSync(path)) writeWholeFile(path, `${hex(this.random.bytes(32))}\n`, 0o600);
    const text = readFileSync(path, 'utf8').trim();
    if (!/^[0-9a-f]{64}$/.test(text)) throw stateDamaged(path, 'the salt is not as it was written');
    return bytesOfHex(text);
  }
}

function stateDamaged(file: string, detail: string): GodwitError {
  return new GodwitError({
    code: 'project.state-damaged',
    title: 'Something that godwit keeps in .godwit/ is missing or damaged',
    detail,
    nextStep: 'Bring .godwit/ back from a backup of this machine: it cannot be made again.',
    fate: 'never',
    where: { file },
  });
}

/** Both systems of a project, being opened. */
export interface BothSystems {
  readonly source: Promise<OpenSystem>;
  readonly target: Promise<OpenSystem>;
}

export interface ProjectOptions {
  readonly environment?: Environment;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly log?: Log;
  readonly signal?: AbortSignal;
  /** Told when calls begin to wait for long because too many were made, and when they go on. */
  readonly onWait?: (told: WaitTold) => void;
  /** How long a call may wait for that before it fails with `http.quota-spent`; for ever unless told. */
  readonly callsWaitMostMs?: number;
}

/** Opens the project folder at or above `start`. Throws `project.not-found`, `project.unreadable-settings`. */
export async function openProject(start: string, options: ProjectOptions = {}): Promise<Project> {
  const folder = findProjectFolder(start);
  const project = new Project(folder, readSettings(folder.settings), options);
  await project.refreshLedger();
  await project.shareSalt();
  return project;
}
