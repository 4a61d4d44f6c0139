import { z } from 'zod';
import type { PracticeClock, Random } from '../../host/index.ts';
import {
  jsonAnswer,
  type PracticeAnswer,
  type PracticeRequest,
  type PracticeSystem,
} from '../practice-message.ts';
import type { PracticeState } from '../practice-state.ts';
import { answerOrRefusal } from '../vendor-refusal.ts';
import { ApiAllowance } from './api-allowance.ts';
import { bulkIngestRoutes } from './bulk-ingest-routes.ts';
import { BulkJobs } from './bulk-jobs.ts';
import { bulkQueryRoutes } from './bulk-query-routes.ts';
import { BulkWorker } from './bulk-worker.ts';
import { collectionRoutes } from './collections.ts';
import { compositeRoute } from './composite.ts';
import { compositeGraphRoute } from './composite-graph.ts';
import { limitsRoute } from './limits.ts';
import { Org } from './org.ts';
import { type OrgSettings, parseOrg } from './org-file.ts';
import { queryRoutes } from './query-routes.ts';
import { recordRoutes } from './record-routes.ts';
import { notFound, wrongMethod } from './refusal.ts';
import { Router } from './router.ts';
import { type Session, SignIn } from './sign-in.ts';
import { isServed, versionList } from './versions.ts';

export interface SalesforceOptions {
  readonly state: PracticeState;
  readonly clock: PracticeClock;
  readonly random: Random;
  readonly org: OrgSettings;
}

const dayMs = 24 * 60 * 60 * 1000;
const callsOrder = z.strictObject({ calls: z.int().min(1) });

/**
 * A Salesforce org as far as its REST API shows one.
 *
 * Invariants: 1. every call below a version is counted, and its answer says how many were used. 2. what a call changes is
 * changed whole before its answer is made. 3. a refusal is the vendor's body and status, never a stack.
 */
export class SalesforceSystem implements PracticeSystem {
  readonly orders: PracticeSystem['orders'] = {
    'use-calls': (content) => callsOrder.parse(content),
    'expire-sessions': (content) => content,
    org: (content) => parseOrg(content, 'order org'),
  };
  readonly #options: SalesforceOptions;
  readonly #allowance: ApiAllowance;
  readonly #signIn: SignIn;
  readonly #router: Router;
  readonly #org: Org;
  readonly #worker: BulkWorker;

  constructor(options: SalesforceOptions) {
    const { state, random, org, clock } = options;
    this.#options = options;
    this.#org = new Org(state, org, { nowMs: clock.nowMs(), random });
    this.#allowance = new ApiAllowance(state, () => this.#org.settings);
    this.#signIn = new SignIn({
      state,
      random,
      orgId: this.#org.id,
      settings: () => this.#org.settings,
      userIdOf: (name) => this.#org.activeUser(name),
    });
    const jobs = new BulkJobs(state, this.#org.tables);
    this.#worker = new BulkWorker({ org: this.#org, jobs, clock });
    this.#router = new Router([
      limitsRoute(this.#allowance, (nowMs) => ({
        queryJobs: jobs.queriesSince(nowMs - dayMs),
        batches: jobs.batchesSince(nowMs - dayMs),
      })),
      ...recordRoutes(this.#org),
      ...queryRoutes(this.#org),
      ...collectionRoutes(this.#org),
      ...bulkIngestRoutes(this.#org, jobs, this.#worker),
      ...bulkQueryRoutes(this.#org, jobs, this.#worker),
      compositeRoute(this.#org, () => this.#router),
      compositeGraphRoute(this.#org, () => this.#router),
    ]);
    // What waited when the process ended goes on.
    this.#worker.wake();
  }

  answer(request: PracticeRequest): PracticeAnswer {
    try {
      return answerOrRefusal(() => this.#answer(request));
    } catch (error) {
      return jsonAnswer(500, [{ message: String(error), errorCode: 'UNKNOWN_EXCEPTION' }]);
    }
  }

  order(name: string, content: unknown): unknown {
    const nowMs = this.#options.clock.nowMs();
    switch (name) {
      case 'state':
        return this.#shownState(nowMs);
      case 'org':
        this.#org.change(parseOrg(content, 'POST /__practice/org'), nowMs);
        return { objects: this.#org.catalog.objects.length };
      case 'use-calls':
        this.#allowance.takeElsewhere(nowMs, callsOrder.parse(content).calls);
        return { used: this.#allowance.used(nowMs) };
      case 'expire-sessions':
        return { expired: this.#signIn.expireAll() };
      default:
        return null;
    }
  }

  async settle(): Promise<void> {
    await this.#worker.settle();
  }

  [Symbol.dispose](): void {
    this.#options.state[Symbol.dispose]();
  }

  #shownState(nowMs: number): unknown {
    const { catalog, tables } = this.#org;
    const records = catalog.objects.map((object) => [object.name, tables.count(object)]);
    return {
      calls: {
        used: this.#allowance.used(nowMs),
        most: this.#allowance.most,
        refused: this.#allowance.refusedToday(nowMs),
      },
      records: Object.fromEntries(records) as unknown,
    };
  }

  #answer(request: PracticeRequest): PracticeAnswer {
    const path = request.path.replace(/\/+$/, '');
    if (path === '/services/oauth2/token' || path === '/services/oauth2/revoke') {
      if (request.method !== 'POST') throw wrongMethod(request.method);
      return path.endsWith('token') ? this.#signIn.token(request) : this.#signIn.revoke(request);
    }
    if (path === '/services/data') return jsonAnswer(200, versionList());
    const [, version, rest = ''] = /^\/services\/data\/v(\d\d\.0)(?:\/(.*))?$/.exec(path) ?? [];
    if (version === undefined) throw notFound();
    return this.#counted(request, version, rest);
  }

  #counted(request: PracticeRequest, version: string, path: string): PracticeAnswer {
    const session = this.#signIn.session(request);
    const answer = answerOrRefusal(() => this.#work(request, session, version, path));
    const headers = { ...answer.headers, 'Sforce-Limit-Info': this.#allowance.usage(request.nowMs) };
    return { ...answer, headers };
  }

  #work(request: PracticeRequest, session: Session, version: string, path: string): PracticeAnswer {
    const { state } = this.#options;
    const { settings: org } = this.#org;
    this.#allowance.take(request.nowMs, org.latency.callMs);
    state.setAbout('now', new Date(request.nowMs).toISOString());
    const answer = answerOrRefusal(() =>
      state.transaction(() => {
        if (!isServed(version)) throw notFound();
        return this.#router.answer(path, { request, session, version });
      }),
    );
    return { ...answer, workMs: org.latency.callMs + (answer.workMs ?? 0) };
  }
}
