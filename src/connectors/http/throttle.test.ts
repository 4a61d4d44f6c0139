import { describe, expect, test } from 'vitest';
import type { HttpAnswer } from './call.ts';
import { retryAfterMs } from './retry-after.ts';
import { plainThrottle, type Throttle } from './throttle.ts';
import { attioThrottle } from './throttles/attio.ts';
import { confluencePoints, confluenceThrottle } from './throttles/confluence.ts';
import { frontMinute, frontThrottle } from './throttles/front.ts';
import { hubspotQuotas, hubspotThrottle } from './throttles/hubspot.ts';
import { notionMinute, notionThrottle } from './throttles/notion.ts';
import { salesforceQuotas, salesforceThrottle } from './throttles/salesforce.ts';
import { zendeskQuotas, zendeskThrottle } from './throttles/zendesk.ts';

const nowMs = Date.parse('2026-11-22T10:00:00Z');
const answer = (status: number, headers: Record<string, string> = {}, body = ''): HttpAnswer => ({
  status,
  headers,
  body: Buffer.from(body),
});
const ask = (throttle: Throttle, ...of: Parameters<typeof answer>) => throttle(answer(...of), nowMs);

describe('Retry-After', () => {
  const date = 'Sun, 22 Nov 2026 10:00:05 GMT';
  test.each([
    ['whole seconds', { 'retry-after': '41' }, 41_000],
    ['parts of a second', { 'retry-after': '0.25' }, 250],
    ['a date', { 'retry-after': date }, 5_000],
    [
      'a date, by the clock of who says it',
      { 'retry-after': date, date: 'Sun, 22 Nov 2026 10:00:04 GMT' },
      1_000,
    ],
    ['a date that is past', { 'retry-after': 'Sun, 22 Nov 2026 09:00:00 GMT' }, 0],
    ['nothing', {}, null],
    ['nonsense', { 'retry-after': 'soon' }, null],
    ['a number below zero', { 'retry-after': '-1' }, null],
    ['a century', { 'retry-after': '3155760000' }, 604_800_000],
  ])('%s', (_name, headers, expected) => {
    expect(retryAfterMs(headers as Record<string, string>, nowMs)).toBe(expected);
  });
});

describe('Salesforce', () => {
  const throttle = salesforceThrottle(salesforceQuotas('org', 100_000, 25));
  const limited = (message: string) => JSON.stringify([{ message, errorCode: 'REQUEST_LIMIT_EXCEEDED' }]);

  test('every answer says how many calls were used', () => {
    expect(ask(throttle, 200, { 'sforce-limit-info': 'api-usage=18/5000' })).toEqual({
      sightings: [{ quota: 'org/day', limit: 5_000, remaining: 4_982 }],
      refusal: null,
    });
  });

  test('the day is spent: 403, and no time to wait', () => {
    const reading = ask(
      throttle,
      403,
      { 'sforce-limit-info': 'api-usage=5000/5000' },
      limited('TotalRequests Limit exceeded.'),
    );
    expect(reading).toMatchObject({
      sightings: [{ quota: 'org/day', remaining: 0, refused: true }],
      refusal: { kind: 'throttled', carriedOut: 'no', waitMs: null, atOnce: false },
    });
  });

  test.each([
    'ConcurrentRequests (Concurrent API Requests) Limit exceeded.',
    'ConcurrentPerOrgLongTxn Limit exceeded.',
  ])('too many at once: %s', (message) => {
    expect(ask(throttle, 403, {}, limited(message))).toMatchObject({
      sightings: [],
      refusal: { kind: 'throttled', atOnce: true },
    });
  });

  test('a policy of the org that takes too long is tried again; another 400 is the caller’s to read', () => {
    const body = (errorCode: string) => JSON.stringify([{ errorCode, message: 'x' }]);
    expect(ask(throttle, 400, {}, body('TXN_SECURITY_METERING_ERROR')).refusal).toEqual({
      kind: 'busy',
      carriedOut: 'no',
      waitMs: null,
      atOnce: true,
    });
    expect(ask(throttle, 400, {}, body('MALFORMED_QUERY')).refusal).toBeNull();
  });

  test('another 403 is the caller’s to read', () => {
    const body = JSON.stringify([{ message: 'insufficient access', errorCode: 'INSUFFICIENT_ACCESS' }]);
    expect(ask(throttle, 403, {}, body).refusal).toBeNull();
  });

  test.each([420, 406])('%d under load', (status) => {
    expect(ask(throttle, status)).toMatchObject({ refusal: { kind: 'busy', carriedOut: 'no' } });
  });
});

describe('HubSpot', () => {
  const throttle = hubspotThrottle(
    hubspotQuotas('hub', { tenSeconds: 190, day: 625_000, zone: 'Europe/Stockholm' }),
  );
  const headers = {
    'x-hubspot-ratelimit-max': '190',
    'x-hubspot-ratelimit-remaining': '173',
    'x-hubspot-ratelimit-interval-milliseconds': '10000',
    'x-hubspot-ratelimit-daily': '625000',
    'x-hubspot-ratelimit-daily-remaining': '624000',
  };
  const body = (policyName: string, message: string) =>
    JSON.stringify({
      status: 'error',
      message,
      errorType: 'RATE_LIMIT',
      correlationId: 'c',
      policyName,
      requestId: 'r',
    });

  test('every answer says what is left of ten seconds and of the day', () => {
    expect(ask(throttle, 200, headers).sightings).toEqual([
      { quota: 'hub/ten-seconds', limit: 190, remaining: 173 },
      { quota: 'hub/day', limit: 625_000, remaining: 624_000 },
    ]);
  });

  test.each([
    ['hub/ten-seconds', body('TEN_SECONDLY_ROLLING', 'You have reached your ten_secondly_rolling limit.')],
    ['hub/day', body('DAILY', 'You have reached your daily limit.')],
    ['hub/search', body('SECONDLY', 'You have reached your secondly limit.')],
    [
      'hub/ten-seconds',
      JSON.stringify({
        status: 'error',
        message: 'You have reached your ten_secondly_rolling limit.',
        category: 'RATE_LIMITS',
      }),
    ],
  ])('a 429 names what is spent: %s', (quota, text) => {
    expect(ask(throttle, 429, {}, text)).toEqual({
      sightings: [{ quota, refused: true }],
      refusal: { kind: 'throttled', carriedOut: 'no', waitMs: null, atOnce: false },
    });
  });

  test('a lock passes after two seconds, a migration of the account when it says', () => {
    expect(ask(throttle, 423).refusal).toMatchObject({ kind: 'busy', carriedOut: 'no', waitMs: 2_000 });
    expect(ask(throttle, 477, { 'retry-after': '120' }).refusal).toMatchObject({
      kind: 'busy',
      waitMs: 120_000,
    });
  });
});

describe('Zendesk', () => {
  const throttle = zendeskThrottle(zendeskQuotas('zd', 700, { 'tickets-index': 100 }));

  test('the minute, and an endpoint of its own', () => {
    const headers = {
      'x-rate-limit': '700',
      'x-rate-limit-remaining': '699',
      'ratelimit-limit': '700',
      'ratelimit-remaining': '699',
      'ratelimit-reset': '41',
      'zendesk-ratelimit-tickets-index': 'total=100; remaining=99; resets=41',
    };
    expect(ask(throttle, 200, headers).sightings).toEqual([
      { quota: 'zd/minute', limit: 700, remaining: 699, resetInMs: 41_000 },
      { quota: 'zd/tickets-index', limit: 100, remaining: 99, resetInMs: 41_000 },
    ]);
  });

  test('a refusal is plain text with seconds', () => {
    const reading = ask(
      throttle,
      429,
      { 'retry-after': '23', 'content-type': 'text/plain' },
      'Number of allowed API requests per minute exceeded',
    );
    expect(reading).toMatchObject({
      sightings: [{ quota: 'zd/minute', refused: true, retryInMs: 23_000 }],
      refusal: { kind: 'throttled', waitMs: 23_000, atOnce: false },
    });
  });

  test('too many jobs are no spent minute', () => {
    const body = JSON.stringify({
      error: 'TooManyJobs',
      description: 'Too many UserBulkUpdateJobV2 jobs are currently queued or running. Try again later.',
      current_job_ids: ['1'],
    });
    expect(ask(throttle, 429, {}, body)).toMatchObject({
      sightings: [],
      refusal: { kind: 'throttled', atOnce: true },
    });
  });
});

describe('Front', () => {
  const throttle = frontThrottle(frontMinute('front', 50));

  test.each([
    ['7', 7_000],
    // One source says milliseconds.
    ['7000', 7_000],
  ])('a 429 with retry-after %s', (text, waitMs) => {
    expect(ask(throttle, 429, { 'retry-after': text }).refusal).toMatchObject({ kind: 'throttled', waitMs });
  });

  test('what is left of the minute; a refusal of one resource says nothing of it', () => {
    const left = { 'x-ratelimit-limit': '50', 'x-ratelimit-remaining': '49' };
    expect(ask(throttle, 200, left).sightings).toEqual([{ quota: 'front/minute', limit: 50, remaining: 49 }]);
    expect(ask(throttle, 429, { ...left, 'x-front-tier': '1' }).sightings).toEqual([]);
  });
});

test('Attio says a date', () => {
  const reading = ask(attioThrottle, 429, { 'retry-after': 'Sun, 22 Nov 2026 10:00:01 GMT' });
  expect(reading.refusal).toMatchObject({ kind: 'throttled', waitMs: 1_000 });
});

test('Notion says seconds; its overload and its conflict pass', () => {
  const throttle = notionThrottle(notionMinute('notion', 180));
  expect(ask(throttle, 429, { 'retry-after': '12' })).toMatchObject({
    sightings: [{ quota: 'notion/minute', refused: true, retryInMs: 12_000 }],
    refusal: { waitMs: 12_000 },
  });
  expect(ask(throttle, 529).refusal).toMatchObject({ kind: 'busy', carriedOut: 'no' });
  expect(ask(throttle, 409).refusal).toMatchObject({ kind: 'busy', carriedOut: 'no' });
});

describe('Confluence', () => {
  const throttle = confluenceThrottle(confluencePoints('wiki', 65_000));

  test('points of the hour, with the instant they come back', () => {
    const headers = {
      'x-ratelimit-limit': '65000',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': '2026-11-22T11:00:00Z',
      'ratelimit-reason': 'confluence-quota-global-based',
    };
    expect(ask(throttle, 429, headers)).toMatchObject({
      sightings: [{ quota: 'wiki/points', limit: 65_000, remaining: 0, refused: true, retryInMs: 3_600_000 }],
      refusal: { kind: 'throttled', waitMs: 3_600_000, atOnce: false },
    });
  });

  test('a burst is no spent hour', () => {
    const headers = {
      'retry-after': '1',
      'ratelimit-reason': 'confluence-burst-based',
      'x-ratelimit-remaining': '0',
    };
    expect(ask(throttle, 429, headers)).toMatchObject({
      sightings: [],
      refusal: { waitMs: 1_000, atOnce: true },
    });
  });
});

test.each([
  [500, {}, 'maybe'],
  [502, {}, 'maybe'],
  [503, {}, 'maybe'],
  [503, { 'retry-after': '3' }, 'no'],
  [504, {}, 'maybe'],
  [524, {}, 'maybe'],
  [408, {}, 'maybe'],
  [425, {}, 'no'],
])('of %d %o nobody else knows more than the standards: carried out %s', (status, headers, carriedOut) => {
  expect(ask(plainThrottle, status, headers as Record<string, string>).refusal).toMatchObject({
    kind: 'busy',
    carriedOut,
  });
});

test.each([200, 301, 400, 404, 409, 413, 422, 501])('%d is the caller’s to read', (status) => {
  expect(ask(plainThrottle, status).refusal).toBeNull();
});
