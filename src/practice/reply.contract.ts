/** JSON of any shape: what a test reads of it, it compares. */
export interface ReplyBody {
  readonly [name: string | number]: ReplyBody;
}

/** What came back: status, headers, and the body as JSON where it is JSON. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: ReplyBody;
  readonly text: string;
}

/** A text of a body, as it is; whatever else as JSON. */
export const wordOf = (value: ReplyBody | undefined): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

export async function send(url: string, init: RequestInit = {}): Promise<Reply> {
  const response = await fetch(url, init);
  const text = await response.text();
  const json = (response.headers.get('content-type') ?? '').includes('json') && text !== '';
  return {
    status: response.status,
    headers: response.headers,
    body: (json ? JSON.parse(text) : text) as ReplyBody,
    text,
  };
}
