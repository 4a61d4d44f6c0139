import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { systemClock } from '../../host/index.ts';
import { Secret } from '../../model/index.ts';
import { type CallResult, textOf } from './call.ts';
import { json, openHttpWorld, read, serve, token, write } from './http-world.contract.ts';
import type { TokenSource } from './oauth/token-source.ts';

const statusOf = (result: CallResult): number | string =>
  result.kind === 'answered' ? result.answer.status : result.kind;
const bodyOf = (result: CallResult): string =>
  result.kind === 'answered' ? textOf(result.answer) : result.kind;

test('a call carries its token, is answered, and its attempt is told and counted', async () => {
  await using server = await serve((_request, response) => json(response, 200, { id: 1 }));
  await using http = await openHttpWorld(server.url);
  const result = await http.transport.call(read('/things?email=anna@example.com'));
  expect(bodyOf(result)).toBe('{"id":1}');
  expect(server.seen).toMatchObject([
    { path: '/things?email=anna@example.com', headers: { authorization: `Bearer ${token}` } },
  ]);
  expect(http.attempts).toMatchObject([
    { label: 'read things', number: 1, status: 200, outcome: 'answered' },
  ]);
  expect(await http.world.book.attempts()).toEqual([
    { label: 'read things', outcome: 'answered', attempts: 1 },
  ]);
});

/** What goes wrong with the first request; the ones behind it are answered. */
const faults: Readonly<
  Record<string, (request: IncomingMessage, response: ServerResponse) => void | Promise<void>>
> = {
  'a reset before the answer': (request) => void request.socket.resetAndDestroy(),
  'a body cut in the middle': (request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
    response.write('{"id":', () => request.socket.resetAndDestroy());
  },
  'a body that ends too early': (request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{"id":', () => request.socket.end());
  },
  'a compressed body cut in the middle': (request, response) => {
    const whole = gzipSync(Buffer.from('{"id":1}'.repeat(1_000)));
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-encoding': 'gzip',
      'content-length': String(whole.length),
    });
    response.write(whole.subarray(0, 20), () => request.socket.end());
  },
  'no answer in time': () => undefined,
  'a body that stands still': (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{');
  },
  'a body that drips for ever': async (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    while (!response.destroyed) {
      response.write(' ');
      await systemClock.sleep(20);
    }
  },
  'a head larger than anybody reads': (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'x-large': 'x'.repeat(30_000) }).end('{}');
  },
  'a page of a proxy': (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Maintenance</h1>');
  },
  'a gateway that gave up': (_request, response) => void response.writeHead(504).end(),
  'a failure of the server': (_request, response) => void response.writeHead(500).end('stack trace'),
};

test.each(Object.entries(faults))(
  '%s: a read goes again, a write that must not be repeated is unknown',
  async (_name, fault) => {
    const limits = { answerMs: 1_000, idleMs: 500, wholeMs: 1_500 };
    await using server = await serve((request, response, before) =>
      before === 0 ? fault(request, response) : json(response, 200, { id: 1 }),
    );
    await using http = await openHttpWorld(server.url, { limits });
    expect(bodyOf(await http.transport.call(read('/things', { accepts: 'application/json' })))).toBe(
      '{"id":1}',
    );
    expect(http.attempts.map(({ outcome }) => outcome)).toEqual([
      expect.stringMatching(/lost|failed/),
      'answered',
    ]);

    await using second = await serve((request, response) => fault(request, response));
    await using once = await openHttpWorld(second.url, { limits });
    const result = await once.transport.call(write({ accepts: 'application/json' }));
    expect(result).toMatchObject({ kind: 'unknown', attempts: 1 });
    expect(second.seen.length).toBe(1);
  },
);

test('a write with the vendor’s own key goes again', async () => {
  await using server = await serve((request, response, before) =>
    before === 0 ? void request.socket.resetAndDestroy() : json(response, 201, { id: 1 }),
  );
  await using http = await openHttpWorld(server.url);
  expect(statusOf(await http.transport.call(write({ repeat: 'keyed' })))).toBe(201);
  expect(server.seen.length).toBe(2);
});

test('what was certainly not carried out goes again, also where it must not be repeated', async () => {
  await using server = await serve((_request, response, before) =>
    before === 0
      ? void response
          .writeHead(429, { 'retry-after': '7' })
          .end('Number of allowed API requests per minute exceeded')
      : json(response, 201, { id: 1 }),
  );
  await using http = await openHttpWorld(server.url);
  const fromMs = http.world.trueMs;
  expect(statusOf(await http.transport.call(write()))).toBe(201);
  expect(http.world.trueMs - fromMs).toBeGreaterThanOrEqual(7_000);
  expect(http.attempts.map(({ outcome }) => outcome)).toEqual(['throttled', 'answered']);
});

test('nobody at the address: said after as many attempts as allowed, none of them counted as used', async () => {
  const server = await serve(() => undefined);
  await server[Symbol.asyncDispose]();
  await using http = await openHttpWorld(server.url, { attemptsMost: 3 });
  const quota = { name: 'q', rule: { kind: 'rolling', windowMs: 60_000 }, limit: 10 } as const;
  await expect(http.transport.call(write({ charges: [{ quota, cost: 1 }] }))).rejects.toMatchObject({
    code: 'http.away',
    fate: 'later',
    detail: expect.stringContaining('ECONNREFUSED, 3 attempts'),
  });
  expect(await http.world.book.use(quota)).toMatchObject({ used: 0 });
});

test('other statuses are the caller’s to read, and are not repeated', async () => {
  await using server = await serve((_request, response) => json(response, 409, { category: 'CONFLICT' }));
  await using http = await openHttpWorld(server.url);
  expect(statusOf(await http.transport.call(write()))).toBe(409);
  expect(server.seen.length).toBe(1);
});

test('a compressed body is counted after decompression', async () => {
  const body = gzipSync(Buffer.alloc(2_000_000, 32));
  await using server = await serve(
    (_request, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(body),
  );
  await using http = await openHttpWorld(server.url);
  const whole = await http.transport.call(read());
  expect(whole.kind === 'answered' && whole.answer.body.length).toBe(2_000_000);
  await expect(http.transport.call(read('/things', { answerBytesMax: 1_000_000 }))).rejects.toMatchObject({
    code: 'http.answer-too-large',
  });
});

test('a body that is made anew goes whole with each attempt', async () => {
  const bodies: string[] = [];
  await using server = await serve(async (request, response, before) => {
    let text = '';
    for await (const part of request) text += String(part);
    bodies.push(text);
    if (before === 0) request.socket.resetAndDestroy();
    else json(response, 200, {});
  });
  await using http = await openHttpWorld(server.url);
  async function* parts(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('one,');
    await systemClock.sleep(1);
    yield Buffer.from('two');
  }
  await http.transport.call({ ...write({ repeat: 'keyed' }), method: 'PUT', body: parts });
  expect(bodies).toEqual(['one,two', 'one,two']);
});

test('a call that waited for hours for its quota goes with a new token: the old one may have ended meanwhile', async () => {
  const hourMs = 3_600_000;
  let since = 0;
  await using server = await serve((request, response) => {
    const [, number = ''] = /(\d+)/.exec(request.headers.authorization ?? '') ?? [];
    const ended = http.world.trueMs - (issued[Number(number)] ?? 0) > 2 * hourMs;
    json(response, ended ? 401 : 200, { number });
  });
  const issued: number[] = [];
  const held = (): { header: Secret; address: null } => ({
    header: new Secret(`Bearer ${issued.length - 1}`),
    address: null,
  });
  const renew = async () => {
    since = http.world.trueMs;
    issued.push(since);
    return held();
  };
  const tokens: TokenSource = {
    token: async (youngerMs = Number.POSITIVE_INFINITY) =>
      issued.length === 0 || http.world.trueMs - since > youngerMs ? await renew() : held(),
    renew,
  };
  await using http = await openHttpWorld(server.url, { tokens });
  const rule = { kind: 'rolling', windowMs: 24 * hourMs } as const;
  const charges = [{ quota: { name: 'a day', rule, limit: 1 }, cost: 1 }];
  for (let call = 0; call < 3; call += 1)
    expect(statusOf(await http.transport.call(read('/things', { charges })))).toBe(200);
  // No call was spent on a token that had ended.
  expect(server.seen.length).toBe(3);
});

test('a redirect on the same host is followed with the token', async () => {
  await using server = await serve((request, response) =>
    request.url === '/old'
      ? void response.writeHead(302, { location: '/new' }).end()
      : json(response, 200, { new: true }),
  );
  await using http = await openHttpWorld(server.url);
  expect(bodyOf(await http.transport.call(read('/old')))).toBe('{"new":true}');
  expect(server.seen[1]?.headers.authorization).toBe(`Bearer ${token}`);
});

test('a token never goes to another host: not by a redirect, not by a link', async () => {
  await using other = await serve((_request, response) => json(response, 200, { file: 1 }));
  await using server = await serve(
    (_request, response) => void response.writeHead(302, { location: `${other.url}/file?sig=1` }).end(),
  );
  await using http = await openHttpWorld(server.url);
  await expect(http.transport.call(read('/file'))).rejects.toMatchObject({ code: 'http.foreign-host' });
  await expect(http.transport.call(read(`${other.url}/next`))).rejects.toMatchObject({
    code: 'http.foreign-host',
  });
  expect(other.seen).toEqual([]);
  expect(bodyOf(await http.transport.call(read('/file', { signed: true })))).toBe('{"file":1}');
  expect(other.seen.length).toBe(1);
  expect(other.seen[0]?.headers.authorization).toBeUndefined();
  const given = await http.transport.call(read('/file', { redirects: 'never' }));
  expect(statusOf(given)).toBe(302);
});

test('a signed address is called without the token and without a charge, on the own host too', async () => {
  await using server = await serve((_request, response) => json(response, 200, { file: 1 }));
  await using http = await openHttpWorld(server.url);
  const quota = { name: 'q', rule: { kind: 'rolling', windowMs: 60_000 }, limit: 10 } as const;
  await http.transport.call(read(`${server.url}/file?sig=1`, { signed: true }));
  await http.transport.call(read('/list', { charges: [{ quota, cost: 1 }] }));
  expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([undefined, `Bearer ${token}`]);
  expect(http.attempts.map(({ charged }) => charged)).toEqual([false, true]);
});

test('behind a signed address that is refused nobody signs in again', async () => {
  await using server = await serve((_request, response) => json(response, 401, {}));
  await using http = await openHttpWorld(server.url);
  await expect(http.transport.call(read('/file?sig=1', { signed: true }))).rejects.toMatchObject({
    code: 'http.sign-in-refused',
  });
  expect(server.seen.length).toBe(1);
});

test('a host of the vendor that is named beside the address may see the token', async () => {
  await using other = await serve((_request, response) => json(response, 200, {}));
  await using server = await serve((_request, response) => json(response, 200, {}));
  await using http = await openHttpWorld(server.url, { alsoHosts: [other.url] });
  expect(statusOf(await http.transport.call(read(`${other.url}/next?page=2`)))).toBe(200);
  expect(other.seen[0]?.headers.authorization).toBe(`Bearer ${token}`);
});

test('redirects that lead in a circle end', async () => {
  await using server = await serve(
    (_request, response) => void response.writeHead(302, { location: '/again' }).end(),
  );
  await using http = await openHttpWorld(server.url);
  await expect(http.transport.call(read())).rejects.toMatchObject({ code: 'http.foreign-host' });
  expect(server.seen.length).toBe(6);
});

test('an address that is not encrypted is refused, unless it is this machine', async () => {
  await using http = await openHttpWorld('http://api.example.com');
  await expect(http.transport.call(read())).rejects.toMatchObject({ code: 'http.not-encrypted' });
});

test('a head longer than the vendor reads is refused before it is sent', async () => {
  await using server = await serve((_request, response) => json(response, 200, {}));
  await using http = await openHttpWorld(server.url);
  await expect(http.transport.call(read(`/query?q=${'x'.repeat(17_000)}`))).rejects.toMatchObject({
    code: 'http.request-too-long',
  });
  expect(server.seen).toEqual([]);
});

test('a storm of failures opens the circuit: few attempts reach the system, and the calls go on when it is over', async () => {
  await using server = await serve((_request, response, before) =>
    before < 8 ? void response.writeHead(503, { 'retry-after': '1' }).end() : json(response, 200, {}),
  );
  await using http = await openHttpWorld(server.url, { attemptsMost: 50 });
  const results = await Promise.all(Array.from({ length: 10 }, () => http.transport.call(read())));
  expect(results.map(statusOf)).toEqual(Array(10).fill(200));
  expect(http.pauses.some(({ because }) => because === 'circuit')).toBe(true);
  expect(server.seen.length).toBe(18);
  expect(http.attempts.length).toBe(18);
});

test('where most calls fail, repeating ends long before each has had all its attempts', async () => {
  await using server = await serve((_request, response) => void response.writeHead(500).end());
  await using http = await openHttpWorld(server.url, { attemptsMost: 10 });
  const results = await Promise.allSettled(Array.from({ length: 30 }, () => http.transport.call(read())));
  expect(results.every(({ status }) => status === 'rejected')).toBe(true);
  expect(server.seen.length).toBeLessThanOrEqual(30 + 20);
});

test('fewer go at once where attempts fail, more where they do not', async () => {
  let failing = false;
  await using server = await serve((_request, response) =>
    failing ? void response.writeHead(504).end() : json(response, 200, {}),
  );
  await using http = await openHttpWorld(server.url, { atOnce: { start: 2, most: 8 } });
  await Promise.all(Array.from({ length: 60 }, () => http.transport.call(read())));
  expect(http.transport.atOnce).toBeGreaterThanOrEqual(4);
  failing = true;
  await Promise.allSettled(Array.from({ length: 4 }, () => http.transport.call(write())));
  expect(http.transport.atOnce).toBeLessThanOrEqual(2);
});

test('who stops, stops: a call under way ends with the reason, and stays in the book', async () => {
  await using server = await serve(() => undefined);
  await using http = await openHttpWorld(server.url);
  const quota = { name: 'q', rule: { kind: 'rolling', windowMs: 60_000 }, limit: 10 } as const;
  const call = http.transport.call(read('/things', { charges: [{ quota, cost: 1 }] }));
  while (server.seen.length === 0) await systemClock.sleep(5);
  http.stop.abort(new Error('stopped by a person'));
  await expect(call).rejects.toThrow('stopped by a person');
  expect(await http.world.book.use(quota)).toMatchObject({ used: 1 });
});

test('no token, no body and no query is in any error, event or log', async () => {
  await using server = await serve((request, response) =>
    request.url?.startsWith('/401') ? json(response, 401, {}) : void response.writeHead(500).end(token),
  );
  await using http = await openHttpWorld(server.url, { attemptsMost: 2 });
  const calls = [
    read('/401?email=anna@example.com'),
    read('/x?email=anna@example.com'),
    write({ body: 'anna@example.com' }),
  ];
  const results = await Promise.allSettled(calls.map((call) => http.transport.call(call)));
  const shown = JSON.stringify([
    results.map((one) =>
      one.status === 'rejected' ? [one.reason, String(one.reason), (one.reason as Error).stack] : one.value,
    ),
    http.attempts,
    http.logged,
    http.pauses,
  ]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  expect(shown).not.toContain('anna');
  expect(shown).not.toContain(token);
});
