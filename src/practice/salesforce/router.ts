import type { PracticeAnswer, PracticeRequest } from '../practice-message.ts';
import { type Placed, type RouteManners, type RouteOf, RouteTable } from '../route-table.ts';
import { notFound, refusal, wrongMethod } from './refusal.ts';
import type { Session } from './sign-in.ts';

interface Routed {
  readonly request: PracticeRequest;
  readonly session: Session;
  /** `62.0` */
  readonly version: string;
}

/** A call below `/services/data/vNN.0`, or a part of a composite one. */
export type ApiCall = Routed & Placed;

/** Its path is below the version: `sobjects/{object}/describe`. */
export type Route = RouteOf<Routed>;

const manners: RouteManners = {
  foldCase: true,
  notFound,
  wrongMethod,
  stray: (name) =>
    refusal(400, 'INVALID_PARAMETER', `practice: no parameter ${name} is described for this resource`),
};

export class Router {
  readonly #table: RouteTable<Routed, Route>;

  constructor(routes: readonly Route[]) {
    this.#table = new RouteTable(routes, manners);
  }

  /** @param path below the version, without slashes at its ends. Throws what the vendor answers to a path or method it does not know. */
  answer(path: string, call: Routed): PracticeAnswer {
    const { route, place } = this.#table.take(path, call.request);
    return route.answer({ ...call, place });
  }
}
