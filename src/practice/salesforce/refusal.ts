import { jsonAnswer, type PracticeAnswer } from '../practice-message.ts';
import { VendorRefusal } from '../vendor-refusal.ts';

/** One entry of the array that Salesforce answers with when it refuses. */
export interface ApiError {
  readonly message: string;
  readonly errorCode: string;
  readonly fields?: readonly string[];
  /** The vendor's own spelling. */
  readonly duplicateResut?: unknown;
}

/** Ends the work on a call with the vendor's own words. Never leaves the practice system. */
export class Refusal extends VendorRefusal {
  readonly status: number;
  readonly errors: readonly ApiError[];
  /** In place of the array, where the vendor answers with something else. */
  readonly content: unknown;

  constructor(status: number, errors: readonly ApiError[], content: unknown = errors) {
    super(errors.map(({ errorCode, message }) => `${errorCode}: ${message}`).join('; '));
    this.status = status;
    this.errors = errors;
    this.content = content;
  }

  answer(): PracticeAnswer {
    return jsonAnswer(this.status, this.content);
  }
}

export const refusal = (status: number, errorCode: string, message: string): Refusal =>
  new Refusal(status, [{ message, errorCode }]);

export const notFound = (): Refusal => refusal(404, 'NOT_FOUND', 'The requested resource does not exist');

export const wrongMethod = (method: string): Refusal =>
  refusal(
    405,
    'METHOD_NOT_ALLOWED',
    `HTTP Method '${method}' not allowed. Allowed are HEAD,GET,POST,PATCH,PUT,DELETE`,
  );

export const requestLimit = (): Refusal =>
  refusal(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.');

export const concurrencyLimit = (): Refusal =>
  refusal(403, 'REQUEST_LIMIT_EXCEEDED', 'ConcurrentRequests (Concurrent API Requests) Limit exceeded.');

export const invalidSession = (message = 'Session expired or invalid'): Refusal =>
  refusal(401, 'INVALID_SESSION_ID', message);

/** What one record is refused with; in a list of records the others go on. */
export const recordRefusal = (errorCode: string, message: string, fields: readonly string[] = []): Refusal =>
  new Refusal(400, [{ message, errorCode, fields }]);

/** The whole body is refused, also where it holds other records. */
export class UnreadableBody extends Refusal {
  constructor(message: string) {
    super(400, [{ message, errorCode: 'JSON_PARSER_ERROR' }]);
  }
}
