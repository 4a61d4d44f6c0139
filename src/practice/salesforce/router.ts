import type { PracticeAnswer, PracticeRequest } from '../practice-message.ts';
import { notFound, refusal, wrongMethod } from './refusal.ts';
import type { Session } from './sign-in.ts';

/** A call below `/services/data/vNN.0`, or a part of a composite one. */
export interface ApiCall {
  readonly request: PracticeRequest;
  readonly session: Session;
  /** `62.0` */
  readonly version: string;
  /** What stood in the places of the path: `{object}`, `{id}`, ... */
  readonly place: (name: string) => string;
}

export interface Route {
  readonly method: string;
  /** Below the version: `sobjects/{object}/describe`; the last place may end in `*` and takes the rest. */
  readonly path: string;
  /** Names that may stand in the query. */
  readonly query?: readonly string[];
  readonly answer: (call: ApiCall) => PracticeAnswer;
}

interface ReadRoute extends Route {
  readonly parts: readonly string[];
}

export class Router {
  readonly #routes: readonly ReadRoute[];

  constructor(routes: readonly Route[]) {
    this.#routes = routes.map((route) => ({ ...route, parts: route.path.split('/') }));
  }

  /** @param path below the version, without slashes at its ends. Throws what the vendor answers to a path or method it does not know. */
  answer(path: string, call: Omit<ApiCall, 'place'>): PracticeAnswer {
    const parts = path.split('/').map(decoded);
    const known = this.#routes.filter((route) => placesOf(route.parts, parts) !== null);
    if (known.length === 0) throw notFound();
    const route = known.find(({ method }) => method === call.request.method);
    if (route === undefined) throw wrongMethod(call.request.method);
    refuseStray(route, call.request.query);
    const places = placesOf(route.parts, parts) ?? new Map<string, string>();
    return route.answer({ ...call, place: (name) => places.get(name) ?? '' });
  }
}

/** The vendor passes over names it does not know; here they are refused, because they are mistakes. */
function refuseStray({ query = [] }: Route, given: URLSearchParams): void {
  const stray = [...given.keys()].find((name) => !query.includes(name));
  if (stray !== undefined)
    throw refusal(400, 'INVALID_PARAMETER', `practice: no parameter ${stray} is described for this resource`);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw notFound();
  }
}

function placesOf(pattern: readonly string[], parts: readonly string[]): Map<string, string> | null {
  const rest = pattern.at(-1)?.endsWith('*}') === true;
  if (rest ? parts.length < pattern.length : parts.length !== pattern.length) return null;
  const places = new Map<string, string>();
  for (const [at, expected] of pattern.entries()) {
    const part = parts[at] ?? '';
    if (!expected.startsWith('{')) {
      if (expected.toLowerCase() !== part.toLowerCase()) return null;
    } else if (expected.endsWith('*}')) places.set(expected.slice(1, -2), parts.slice(at).join('/'));
    else places.set(expected.slice(1, -1), part);
  }
  return places;
}
