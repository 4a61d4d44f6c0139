import type { FaultKind } from '../../../src/practice/fault-script.ts';
import { seededDraw } from '../../../src/practice/seeded-draw.ts';

/** A fault of a script, as `godwit practice <vendor> --faults` takes it. */
export type DrawnFault = Readonly<Record<string, unknown>> & { readonly kind: FaultKind['kind'] };

/** Some of a vendor's calls. */
export interface Place {
  readonly path: string;
  readonly method?: string;
  /** How many of them a move makes that nothing befalls: a fault begins at one of these. */
  readonly calls: number;
}

/** What can befall a move into one vendor's system. */
export interface Skies {
  readonly places: readonly Place[];
  /** The calls whose records can fail or be lost. */
  readonly saving: readonly Place[];
  /** What the vendor refuses whole calls with: what `refuse` takes. */
  readonly refusals: readonly object[];
  /** What others do to the system meanwhile: what `order` takes. */
  readonly orders: readonly { readonly order: string; readonly content?: unknown }[];
  /** Longer than anybody waits for an answer there. */
  readonly holdMs: number;
}

/** All kinds that a practice system knows. */
export const faultKinds: readonly FaultKind['kind'][] = [
  'timeout-after-accepting',
  'reset-before',
  'reset-in-body',
  'carried-out-twice',
  'answered-twice',
  'refuse',
  'late-answer',
  'slow-body',
  'clock-skew',
  'records-fail',
  'records-lost',
  'order',
];

const faultsLeast = 6;
/** A clock that is wrong by a minute and a half, and one that was told the wrong zone. */
const skewsMs = [-7_200_000, -90_000, 90_000, 7_200_000];

interface Draws {
  readonly one: <Item>(of: readonly Item[], place: number) => Item;
  readonly upTo: (most: number, place: number) => number;
  readonly share: (place: number) => number;
}

/**
 * Six to ten faults: which, of which calls, from when on and how often, all drawn from the seed.
 *
 * @param drawing which script of that seed: another one where too little came about by the one before
 */
export function drawScript(skies: Skies, seed: number, drawing: number): readonly DrawnFault[] {
  const count = faultsLeast + Math.floor(seededDraw(seed, drawing, 0) * 5);
  return Array.from({ length: count }, (_none, at) => {
    const share = (place: number): number => seededDraw(seed, drawing, 1, at, place);
    return drawFault(skies, {
      share,
      one: (of, place) => of[Math.floor(share(place) * of.length)] as (typeof of)[number],
      upTo: (most, place) => 1 + Math.floor(share(place) * most),
    });
  });
}

function drawFault(skies: Skies, draws: Draws): DrawnFault {
  const { one, upTo } = draws;
  const kind = one(faultKinds, 0);
  const isOfRecords = kind === 'records-fail' || kind === 'records-lost';
  const { calls, ...place } = one(isOfRecords ? skies.saving : skies.places, 1);
  return {
    kind,
    ...place,
    from: upTo(calls, 2),
    every: 1 + upTo(6, 3),
    // A system that is away for longer ends a run, which begins again.
    length: upTo(kind === 'refuse' ? 9 : 3, 4),
    times: upTo(12, 5),
    ...rest(kind, skies, draws),
  };
}

function rest(kind: DrawnFault['kind'], skies: Skies, { one, share, upTo }: Draws): object {
  switch (kind) {
    case 'refuse':
      return one(skies.refusals, 6);
    case 'order':
      return one(skies.orders, 6);
    case 'records-fail':
    case 'records-lost':
      return { records: 0.01 + share(6) * 0.2 };
    case 'timeout-after-accepting':
      return { holdMs: skies.holdMs };
    case 'late-answer':
      return { holdMs: 30_000 };
    case 'slow-body':
      return { bytes: 64 * upTo(64, 6) };
    case 'clock-skew':
      return { byMs: one(skewsMs, 6) };
    default:
      return {};
  }
}
