import type { PracticeAnswer, PracticeRequest } from './practice-message.ts';

/** What stood in the places of a path: `{object}`, `{id}`, ... */
export interface Placed {
  readonly place: (name: string) => string;
}

export interface RouteOf<Call> {
  readonly method: string;
  /** `sobjects/{object}/describe`; the last place may end in `*` and takes the rest. */
  readonly path: string;
  /** Names that may stand in the query. */
  readonly query?: readonly string[];
  readonly answer: (call: Call & Placed) => PracticeAnswer;
}

/** What a vendor says to a call that no route takes. */
export interface RouteManners {
  /** Whether the words of a path are the same in capitals. */
  readonly foldCase: boolean;
  notFound(): Error;
  wrongMethod(method: string): Error;
  /** Vendors pass over names they do not know; here they are refused, because they are mistakes. */
  stray(name: string): Error;
}

/** A route and what stands in its places. */
export interface Taken<Route> extends Placed {
  readonly route: Route;
}

/** The calls that a vendor knows. Of several routes for a path the first one is taken. */
export class RouteTable<Call, Route extends RouteOf<Call>> {
  readonly #routes: readonly { readonly route: Route; readonly parts: readonly string[] }[];
  readonly #manners: RouteManners;

  constructor(routes: readonly Route[], manners: RouteManners) {
    this.#routes = routes.map((route) => ({ route, parts: route.path.split('/') }));
    this.#manners = manners;
  }

  /** @param path without slashes at its ends. Throws what the vendor answers to a path, method or name it does not know. */
  take(path: string, { method, query }: PracticeRequest): Taken<Route> {
    const parts = path.split('/').map((part) => this.#decoded(part));
    const known = this.#routes.flatMap(({ route, parts: pattern }) => {
      const places = this.#placesOf(pattern, parts);
      return places === null ? [] : [{ route, places }];
    });
    if (known.length === 0) throw this.#manners.notFound();
    const found = known.find(({ route }) => route.method === method);
    if (found === undefined) throw this.#manners.wrongMethod(method);
    const stray = [...query.keys()].find((name) => !(found.route.query ?? []).includes(name));
    if (stray !== undefined) throw this.#manners.stray(stray);
    return { route: found.route, place: (name) => found.places.get(name) ?? '' };
  }

  #decoded(part: string): string {
    try {
      return decodeURIComponent(part);
    } catch {
      throw this.#manners.notFound();
    }
  }

  #placesOf(pattern: readonly string[], parts: readonly string[]): Map<string, string> | null {
    const rest = pattern.at(-1)?.endsWith('*}') === true;
    if (rest ? parts.length < pattern.length : parts.length !== pattern.length) return null;
    const places = new Map<string, string>();
    for (const [at, expected] of pattern.entries()) {
      const part = parts[at] ?? '';
      if (!expected.startsWith('{')) {
        if (!this.#same(expected, part)) return null;
      } else if (expected.endsWith('*}')) places.set(expected.slice(1, -2), parts.slice(at).join('/'));
      else places.set(expected.slice(1, -1), part);
    }
    return places;
  }

  #same(expected: string, part: string): boolean {
    return this.#manners.foldCase ? expected.toLowerCase() === part.toLowerCase() : expected === part;
  }
}
