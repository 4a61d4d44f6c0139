import { z } from 'zod';
import { jsonAnswer, type PracticeAnswer } from '../practice-message.ts';
import { type Part, type PartResult, part } from './composite-part.ts';
import type { Org } from './org.ts';
import { readShape } from './read-json.ts';
import { type References, withReferences } from './references.ts';
import { Refusal, refusal } from './refusal.ts';
import type { ApiCall, Route, Router } from './router.ts';

interface Composite {
  readonly allOrNone?: boolean | undefined;
  readonly collateSubrequests?: boolean | undefined;
  readonly compositeRequest: readonly Part[];
}

const composite: z.ZodType<Composite> = z.strictObject({
  allOrNone: z.boolean().optional(),
  collateSubrequests: z.boolean().optional(),
  compositeRequest: z.array(part).min(1),
});
const partsMost = 25;

/** `composite`: up to 25 calls in one, counted as one; later ones may use what earlier ones were answered. */
export function compositeRoute(org: Org, router: () => Router): Route {
  return {
    method: 'POST',
    path: 'composite',
    answer: (call) => {
      const { compositeRequest: parts, allOrNone = false } = readShape(call.request, composite);
      if (parts.length > partsMost)
        throw refusal(
          400,
          'LIMIT_EXCEEDED',
          `Limit exceeded: ${parts.length} subrequests, at most ${partsMost}`,
        );
      return jsonAnswer(200, { compositeResponse: runParts(org, router(), call, parts, allOrNone).results });
    },
  };
}

/** Carries the results out of a transaction that is taken back. */
class PartFailed extends Error {
  readonly results: readonly PartResult[];

  constructor(results: readonly PartResult[]) {
    super('one of the parts was refused');
    this.results = results;
  }
}

const halted = 'PROCESSING_HALTED';

/** @param first the how-manieth record of the call the first part speaks of */
export function runParts(
  org: Org,
  router: Router,
  call: ApiCall,
  parts: readonly Part[],
  allOrNone: boolean,
  first = 0,
): { readonly results: readonly PartResult[]; readonly failed: boolean } {
  try {
    const results = org.state.transaction(() => {
      const answered: PartResult[] = [];
      const known: Map<string, unknown> = new Map();
      for (const [at, one] of parts.entries()) {
        const result = runPart(org, router, call, one, known, first + at);
        answered.push(result);
        if (result.httpStatusCode < 400) known.set(one.referenceId, result.body);
        else if (allOrNone) throw new PartFailed(answered);
      }
      return answered;
    });
    return { results, failed: results.some(({ httpStatusCode }) => httpStatusCode >= 400) };
  } catch (error) {
    if (!(error instanceof PartFailed)) throw error;
    const refused = error.results.at(-1);
    const results = parts.map((one) =>
      one.referenceId === refused?.referenceId
        ? refused
        : haltedPart(
            one,
            'The transaction was rolled back since another operation in the same transaction failed.',
          ),
    );
    return { results, failed: true };
  }
}

export const haltedPart = ({ referenceId }: Part, message: string): PartResult => ({
  body: [{ errorCode: halted, message }],
  httpHeaders: {},
  httpStatusCode: 400,
  referenceId,
});

function runPart(
  org: Org,
  router: Router,
  call: ApiCall,
  one: Part,
  known: References,
  number: number,
): PartResult {
  const filled = withReferences(one, known);
  if (filled === null)
    return haltedPart(
      one,
      `Invalid reference specified. No value for a reference of ${one.referenceId} found`,
    );
  const answer = answerPart(org, router, call, filled, number);
  const { 'Content-Type': _type, ...httpHeaders } = answer.headers;
  const text = Buffer.from(answer.body).toString('utf8');
  return {
    body: text === '' ? null : (JSON.parse(text) as unknown),
    httpHeaders,
    httpStatusCode: answer.status,
    referenceId: one.referenceId,
  };
}

function answerPart(org: Org, router: Router, call: ApiCall, one: Part, number: number): PracticeAnswer {
  const { request } = call;
  const url = new URL(one.url, request.origin);
  const [, version, path] = /^\/services\/data\/v(\d\d\.0)\/(.*?)\/?$/.exec(url.pathname) ?? [];
  const given = Object.entries(one.httpHeaders ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  try {
    if (version === undefined || path === undefined)
      throw refusal(404, 'NOT_FOUND', 'The requested resource does not exist');
    return org.state.transaction(() =>
      router.answer(path, {
        ...call,
        version,
        request: {
          ...request,
          method: one.method,
          path: url.pathname,
          query: url.searchParams,
          headers: {
            ...request.headers,
            ...(Object.fromEntries(given) as Record<string, string>),
            'content-type': 'application/json',
          },
          body: Buffer.from(one.body === undefined ? '' : JSON.stringify(one.body)),
          rows: { of: (record) => request.rows.of(number * 200 + record) },
        },
      }),
    );
  } catch (error) {
    if (error instanceof Refusal) return error.answer();
    throw error;
  }
}
