import { z } from 'zod';
import type { PracticeClock, Random } from '../../host/index.ts';
import type { PracticeAnswer, PracticeRequest, PracticeSystem } from '../practice-message.ts';
import type { PracticeState } from '../practice-state.ts';
import { type RouteManners, RouteTable } from '../route-table.ts';
import { seededDraw } from '../seeded-draw.ts';
import { answerOrRefusal } from '../vendor-refusal.ts';
import { Account } from './account.ts';
import { type AccountSettings, parseAccount } from './account-file.ts';
import { accountRoutes } from './account-routes.ts';
import { Allowances } from './allowances.ts';
import { associationRoutes } from './association-routes.ts';
import { batchRoutes } from './batch-routes.ts';
import { Files } from './file-routes.ts';
import { groupRoutes } from './group-routes.ts';
import { labelRoutes } from './label-routes.ts';
import { mergeRoutes } from './merge-routes.ts';
import { objectRoutes } from './object-routes.ts';
import { plainPath } from './plain-path.ts';
import { propertyRoutes } from './property-routes.ts';
import { HalfCreated } from './record-writer.ts';
import { locked, notFound, Refusal, strayName, wrongMethod } from './refusal.ts';
import type { Route, Routed } from './route.ts';
import { schemaRoutes } from './schema-routes.ts';
import { searchRoute } from './search-route.ts';
import { needScope, SignIn } from './sign-in.ts';
import { validationRoutes } from './validation-routes.ts';

export interface HubspotOptions {
  readonly state: PracticeState;
  readonly clock: PracticeClock;
  readonly random: Random;
  readonly account: AccountSettings;
}

const callsOrder = z.strictObject({ calls: z.int().min(1) });
const spellOrder = z.strictObject({ forMs: z.number().min(1) });
/** Characters of path and query; the vendor's property lists must stay under about 15,000. */
const addressMax = 16_000;
const manners: RouteManners = { foldCase: false, notFound, wrongMethod, stray: strayName };

/**
 * A HubSpot account as far as its CRM API shows one.
 *
 * Invariants: 1. every call that was let in is counted; the answer to one of a known caller says what is left, also where it
 * was refused, except that of a search. 2. what a
 * call changes is changed whole before its answer is made, unless a quirk says otherwise. 3. a refusal is the vendor's body
 * and status, never a stack.
 */
export class HubspotSystem implements PracticeSystem {
  readonly orders: PracticeSystem['orders'] = {
    'use-calls': (content) => callsOrder.parse(content),
    'expire-sessions': (content) => content,
    account: (content) => parseAccount(content, 'order account'),
    'lock-writes': (content) => spellOrder.parse(content),
    migrate: (content) => spellOrder.parse(content),
  };
  readonly #options: HubspotOptions;
  readonly #account: Account;
  readonly #allowances: Allowances;
  readonly #signIn: SignIn;
  readonly #files: Files;
  readonly #routes: RouteTable<Routed, Route>;
  #lockedUntilMs = 0;
  #worked = 0;
  #migratesUntilMs = 0;

  constructor(options: HubspotOptions) {
    const { state, random, clock, account: told } = options;
    this.#options = options;
    this.#account = new Account(state, told, clock.nowMs());
    const [account, settings] = [this.#account, () => this.#account.settings];
    this.#allowances = new Allowances(state, settings);
    this.#signIn = new SignIn({ state, random, settings });
    this.#files = new Files(state, random, () => settings().hubId);
    this.#routes = new RouteTable<Routed, Route>(
      [
        searchRoute(account),
        ...mergeRoutes(account),
        ...batchRoutes(account),
        ...objectRoutes(account),
        ...groupRoutes(account),
        ...propertyRoutes(account),
        ...validationRoutes(account),
        ...schemaRoutes(account),
        ...associationRoutes(account),
        ...labelRoutes(account),
        ...accountRoutes(account),
        ...this.#files.routes(),
      ],
      manners,
    );
  }

  answer(request: PracticeRequest): PracticeAnswer {
    const correlationId = this.#options.random.uuid();
    const headers = { 'X-HubSpot-Correlation-Id': correlationId };
    const answer = this.#told(request, correlationId);
    return { ...answer, headers: { ...headers, ...answer.headers } };
  }

  order(name: string, content: unknown): unknown {
    const nowMs = Math.floor(this.#options.clock.nowMs());
    switch (name) {
      case 'state':
        return this.#shownState(nowMs);
      case 'account':
        this.#account.change(parseAccount(content, 'POST /__practice/account'), nowMs);
        return { objects: this.#account.catalog.types.length };
      case 'use-calls':
        this.#allowances.takeElsewhere(nowMs, callsOrder.parse(content).calls);
        return { used: this.#allowances.usedToday(nowMs) };
      case 'expire-sessions':
        return { expired: this.#signIn.expireAll() };
      case 'lock-writes':
        this.#lockedUntilMs = nowMs + spellOrder.parse(content).forMs;
        return { untilMs: this.#lockedUntilMs };
      case 'migrate':
        this.#migratesUntilMs = nowMs + spellOrder.parse(content).forMs;
        return { untilMs: this.#migratesUntilMs };
      default:
        return null;
    }
  }

  settle(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.dispose](): void {
    this.#options.state[Symbol.dispose]();
  }

  #told(request: PracticeRequest, correlationId: string): PracticeAnswer {
    try {
      return answerOrRefusal(() => this.#answer(request, correlationId), correlationId);
    } catch (error) {
      return new Refusal(500, { message: `internal error: ${String(error)}` }).answer(correlationId);
    }
  }

  #shownState(nowMs: number): unknown {
    const { catalog, records } = this.#account;
    const counts = catalog.types.map((type) => [type.name, records.count(type)]);
    return {
      calls: {
        used: this.#allowances.usedToday(nowMs),
        most: this.#allowances.callsADay,
        refused: this.#allowances.refusedToday(nowMs),
      },
      records: Object.fromEntries(counts) as unknown,
    };
  }

  #answer(request: PracticeRequest, correlationId: string): PracticeAnswer {
    if (request.path.startsWith('/hubfs/')) return this.#files.download(request);
    if (request.path === '/oauth/v1/token') {
      if (request.method !== 'POST') throw wrongMethod();
      return this.#signIn.token(request);
    }
    if (request.path.length + request.query.toString().length > addressMax)
      throw new Refusal(414, { message: 'Request-URI Too Long' });
    const { path, isDated } = plainPath(request.path);
    const { route, place } = this.#routes.take(path, request);
    const caller = this.#signIn.caller(request);
    const answer = answerOrRefusal(() => {
      this.#allowances.take(caller.app, request.nowMs, route.isSearch === true);
      this.#refuseForNow(request);
      needScope(caller, route.scopes(place));
      return this.#work(() => route.answer({ request, caller, isDated, place }), request);
    }, correlationId);
    const left = route.isSearch === true ? {} : this.#allowances.headers(caller.app, request.nowMs);
    return { ...answer, headers: { ...answer.headers, ...left }, workMs: this.#workMs() };
  }

  /** The same ones again for the same calls in the same order. */
  #workMs(): number {
    const { callMs, upToMs = callMs } = this.#account.settings.latency;
    this.#worked += 1;
    return callMs + Math.max(0, upToMs - callMs) * seededDraw(this.#worked);
  }

  #work(work: () => PracticeAnswer, { nowMs }: PracticeRequest): PracticeAnswer {
    const { state } = this.#options;
    state.setAbout('now', new Date(nowMs).toISOString());
    try {
      return state.transaction(work);
    } catch (error) {
      if (error instanceof HalfCreated) state.transaction(() => this.#account.writer.keepHalf(error));
      throw error;
    } finally {
      this.#account.catalog.settle();
    }
  }

  #refuseForNow({ method, nowMs }: PracticeRequest): void {
    if (nowMs < this.#migratesUntilMs)
      throw new Refusal(
        477,
        { message: 'The account is being migrated' },
        { 'Retry-After': String(Math.ceil((this.#migratesUntilMs - nowMs) / 1_000)) },
      );
    if (method !== 'GET' && nowMs < this.#lockedUntilMs) throw locked();
  }
}
