import type { QuotaCharge } from '../../model/index.ts';

/**
 * What may be done where nobody knows whether a call was carried out.
 * `safe`: its method changes nothing, or twice is as good as once. `keyed`: the vendor's own key makes it so.
 * `once`: twice would be wrong; the caller looks what became of it.
 */
export type Repeat = 'safe' | 'keyed' | 'once';

/** One thing a connector wants of a system. */
export interface HttpCall {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the system's address (`/crm/v3/objects/contacts?limit=100`), or a whole address that an answer gave. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Made anew for each attempt where it is a function. */
  readonly body?: string | Uint8Array<ArrayBuffer> | (() => AsyncIterable<Uint8Array>);
  readonly repeat: Repeat;
  readonly charges: readonly QuotaCharge[];
  /** Under which words its attempts are counted and told; never data: `contacts batch upsert`. */
  readonly label: string;
  /** The content type a good answer has, as it begins: `application/json`. Anything unless told. */
  readonly accepts?: string;
  /** The longest body of an answer, after decompression; 64 MiB unless told. */
  readonly answerBytesMax?: number;
  /** `same-host` unless told; `never` gives the redirect back. */
  readonly redirects?: 'same-host' | 'never';
  /**
   * Its address lets in whoever has it: goes without the token and without a charge, and follows redirects, on any host that encrypts.
   */
  readonly signed?: true;
  /** How long it may wait for a quota, in milliseconds; for ever unless told. */
  readonly waitMostMs?: number;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What became of a call. An answer of any status that is no refusal to work is `answered`: what it means, the caller knows. */
export type CallResult =
  | { readonly kind: 'answered'; readonly answer: HttpAnswer; readonly attempts: number }
  /** It may have been carried out, or not. Given for calls that must not be repeated, and never repeated here. */
  | { readonly kind: 'unknown'; readonly why: string; readonly attempts: number };

/** One time over the wire, for whoever counts and watches. Holds no token, no body, no query. */
export interface Attempt {
  readonly label: string;
  readonly method: string;
  /** Which attempt of its call, from 1. */
  readonly number: number;
  /** How long it waited for its turn, and how long it took; in the clock's milliseconds. */
  readonly waitedMs: number;
  readonly tookMs: number;
  /** Null where no answer came. */
  readonly status: number | null;
  readonly outcome: AttemptOutcome;
  readonly underWay: number;
  /** Whether it took something of a quota. */
  readonly charged: boolean;
}

/**
 * `answered`; `throttled`: too many, not carried out; `failed`: the system answered that it failed; `signed-out`: the token
 * has expired; `never-sent`: no connection; `lost`: no whole answer.
 */
export type AttemptOutcome = 'answered' | 'throttled' | 'failed' | 'signed-out' | 'never-sent' | 'lost';

export const textOf = ({ body }: HttpAnswer): string => new TextDecoder().decode(body);
