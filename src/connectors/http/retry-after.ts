/** No vendor asks for longer; what is more is a mistake. */
const mostMs = 7 * 24 * 3_600_000;

/**
 * How long a `Retry-After` asks to wait, in milliseconds: seconds or an HTTP date (RFC 9110, 10.2.3). A date is held against the
 * answer's own `Date`, so that two clocks that differ do not matter. Null where there is none that can be read.
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>, nowMs: number): number | null {
  const text = headers['retry-after']?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/.test(text)) return Math.min(mostMs, Math.ceil(Number(text) * 1_000));
  if (!/[a-z]/i.test(text)) return null;
  const atMs = Date.parse(text);
  if (Number.isNaN(atMs)) return null;
  return Math.min(mostMs, Math.max(0, atMs - (vendorMsOf(headers) ?? nowMs)));
}

/** The answer's own `Date`, in milliseconds since 1970. */
export function vendorMsOf(headers: Readonly<Record<string, string>>): number | null {
  const ms = Date.parse(headers['date'] ?? '');
  return Number.isNaN(ms) ? null : ms;
}
