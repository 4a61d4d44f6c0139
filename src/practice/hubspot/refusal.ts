import { jsonAnswer, type PracticeAnswer } from '../practice-message.ts';
import { VendorRefusal } from '../vendor-refusal.ts';

/** One entry of `errors` in a refusal. */
export interface ErrorDetail {
  readonly message: string;
  readonly code?: string;
  readonly context?: Readonly<Record<string, readonly string[]>>;
}

export interface RefusalBody {
  readonly message: string;
  readonly category?: string;
  readonly subCategory?: string;
  readonly errors?: readonly ErrorDetail[];
  readonly context?: Readonly<Record<string, readonly string[]>>;
  readonly links?: Readonly<Record<string, string>>;
  /** What only 429 has. */
  readonly errorType?: string;
  readonly policyName?: string;
}

/** A refusal with the vendor's body; its correlation id is given when it leaves. */
export class Refusal extends VendorRefusal {
  readonly status: number;
  readonly body: RefusalBody;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: RefusalBody, headers: Readonly<Record<string, string>> = {}) {
    super(body.message);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }

  answer(correlationId = ''): PracticeAnswer {
    const { message, errors, context, links, category, subCategory, errorType, policyName } = this.body;
    return jsonAnswer(
      this.status,
      {
        status: 'error',
        message,
        errorType,
        correlationId,
        policyName,
        requestId: policyName === undefined ? undefined : correlationId,
        errors,
        context,
        links,
        category,
        subCategory,
      },
      this.headers,
    );
  }
}

export const invalid = (message: string, more: Partial<RefusalBody> = {}): Refusal =>
  new Refusal(400, { message, category: 'VALIDATION_ERROR', ...more });

export const notFound = (): Refusal => new Refusal(404, { message: 'resource not found' });

/** Of an id that cannot be one: the two spaces are the vendor's. */
export const noNumericId = (id: string): Refusal =>
  new Refusal(404, {
    message: 'Object not found.  objectId are usually numeric.',
    category: 'OBJECT_NOT_FOUND',
    context: { id: [id] },
  });

export const wrongMethod = (): Refusal => new Refusal(405, { message: 'Method not allowed' });

export const strayName = (name: string): Refusal =>
  invalid(`practice: no parameter ${name} is described for this resource`);

export const missingScopes = (scopes: readonly string[]): Refusal =>
  new Refusal(403, {
    message:
      "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.",
    errors: [
      {
        message: 'One or more of the following scopes are required.',
        context: { requiredGranularScopes: scopes },
      },
    ],
    links: { scopes: 'https://developers.hubspot.com/scopes' },
    category: 'MISSING_SCOPES',
  });

export const notAuthenticated = (): Refusal =>
  new Refusal(401, {
    message:
      'Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview',
    category: 'INVALID_AUTHENTICATION',
  });

export const expired = (): Refusal =>
  new Refusal(401, {
    message: 'The OAuth token used to make this call expired.',
    category: 'EXPIRED_AUTHENTICATION',
  });

/** The record is held by another call; the vendor asks to wait two seconds. */
export const locked = (): Refusal => new Refusal(423, { message: 'Resource is locked', category: 'LOCKED' });
