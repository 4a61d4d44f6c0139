/** A call that reached a practice system, read to its end. */
export interface PracticeRequest {
  readonly method: string;
  /** Without the query, its parts encoded as they came: `/services/data/v62.0/limits`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  /** What was sent; more than `body` holds where it was too large to be kept. */
  readonly bodyBytes: number;
  /** `http://127.0.0.1:7070`, under which the caller reached it. */
  readonly origin: string;
  /** When it came in, in the practice world's milliseconds since 1970; a skewed clock is in it. */
  readonly nowMs: number;
  /** What the fault script does to single records of this call. */
  readonly rows: RowTrouble;
}

/** What happens to single records of one call: nothing, they fail, or they are lost although they are said to be kept. */
export interface RowTrouble {
  of(record: number): 'none' | 'fails' | 'lost';
}

export const noRowTrouble: RowTrouble = { of: () => 'none' };

export interface PracticeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** How long the vendor works on it, in the practice world's time; the answer leaves only then. */
  readonly workMs?: number;
}

/** One vendor's system: answers calls, keeps its state, knows its own limits. */
export interface PracticeSystem extends Disposable {
  answer(request: PracticeRequest): PracticeAnswer;
  /** The orders it knows, and what reads the content of each: it throws what is wrong with it. */
  readonly orders: Readonly<Record<string, (content: unknown) => unknown>>;
  /** What the admin of this one system can be told beside what all of them know; null for an order nobody knows. */
  order(name: string, content: unknown): unknown;
  /** Waits until nothing goes on in the background any more. */
  settle(): Promise<void>;
}

export function jsonAnswer(
  status: number,
  content: unknown,
  headers: Readonly<Record<string, string>> = {},
): PracticeAnswer {
  return {
    status,
    headers: { 'Content-Type': 'application/json;charset=UTF-8', ...headers },
    body: JSON.stringify(content),
  };
}

export const emptyAnswer = (status: number): PracticeAnswer => ({ status, headers: {}, body: '' });
