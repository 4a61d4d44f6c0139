import { z } from 'zod';
import { jsonAnswer } from '../practice-message.ts';
import { haltedPart, runParts } from './composite.ts';
import { type Part, part } from './composite-part.ts';
import type { Org } from './org.ts';
import { readShape } from './read-json.ts';
import { referencesOf } from './references.ts';
import { refusal } from './refusal.ts';
import type { Route, Router } from './router.ts';

interface Graph {
  readonly graphId: string;
  readonly compositeRequest: readonly Part[];
}

const graphs: z.ZodType<{ readonly graphs: readonly Graph[] }> = z.strictObject({
  graphs: z
    .array(z.strictObject({ graphId: z.string().min(1), compositeRequest: z.array(part).min(1) }))
    .min(1),
});

const graphsMost = 75;
const nodesMost = 500;
const depthMost = 15;
const kindsMost = 15;
const failedMost = 14;

/**
 * `composite/graph`: each graph is kept whole or not at all. Limits and what happens behind the 14th graph that fails:
 * REST API Developer Guide, composite graph limits.
 */
export function compositeGraphRoute(org: Org, router: () => Router): Route {
  return {
    method: 'POST',
    path: 'composite/graph',
    answer: (call) => {
      const asked = readShape(call.request, graphs).graphs;
      refuseTooLarge(asked);
      let [failed, nodes] = [0, 0];
      const answered = asked.map(({ graphId, compositeRequest: parts }) => {
        const first = nodes;
        nodes += parts.length;
        const run =
          failed >= failedMost
            ? {
                failed: true,
                results: parts.map((one) =>
                  haltedPart(one, 'The request was halted because too many graphs failed.'),
                ),
              }
            : runParts(org, router(), call, parts, true, first);
        failed += run.failed ? 1 : 0;
        return { graphId, graphResponse: { compositeResponse: run.results }, isSuccessful: !run.failed };
      });
      return { ...jsonAnswer(200, { graphs: answered }), workMs: nodes * org.settings.latency.recordMs };
    },
  };
}

function refuseTooLarge(asked: readonly Graph[]): void {
  const nodes = asked.reduce((sum, { compositeRequest }) => sum + compositeRequest.length, 0);
  if (asked.length > graphsMost) throw tooLarge(`${asked.length} graphs`, graphsMost);
  if (nodes > nodesMost) throw tooLarge(`${nodes} nodes`, nodesMost);
  for (const { compositeRequest: parts } of asked) {
    const kinds = new Set(
      parts.map(({ method, url }) => `${method} ${/sobjects\/(\w+)/.exec(url)?.[1] ?? url}`),
    );
    if (kinds.size > kindsMost) throw tooLarge(`${kinds.size} different nodes in a graph`, kindsMost);
    const depth = depthOf(parts);
    if (depth > depthMost) throw tooLarge(`a graph ${depth} deep`, depthMost);
  }
}

const tooLarge = (what: string, most: number): Error =>
  refusal(400, 'LIMIT_EXCEEDED', `Limit exceeded: ${what}, at most ${most}`);

/** The longest chain of parts that read from each other. */
function depthOf(parts: readonly Part[]): number {
  const depths = new Map<string, number>();
  for (const one of parts) {
    const before = referencesOf(one).map((name) => depths.get(name) ?? 0);
    depths.set(one.referenceId, 1 + Math.max(0, ...before));
  }
  return Math.max(...depths.values());
}
