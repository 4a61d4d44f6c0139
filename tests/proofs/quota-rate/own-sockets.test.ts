import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { OwnSockets } from './own-sockets.ts';
import { VirtualClock } from './virtual-clock.ts';

/** Calls a server of this process while somebody sleeps. @returns when the call ended, and how, in virtual milliseconds */
async function callWhileOneSleeps(
  serve: (clock: VirtualClock) => RequestListener,
): Promise<readonly [endedMs: number, how: string]> {
  using sockets = new OwnSockets();
  const clock = new VirtualClock(0, 8, sockets);
  const server = createServer(serve(clock)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const call = async (): Promise<readonly [number, string]> => {
    const init = { method: 'POST', body: new Uint8Array(8_000_000) };
    const how = await fetch(`http://127.0.0.1:${port}`, init).then(
      async (answer) => `${(await answer.arrayBuffer()).byteLength} bytes`,
      () => 'reset',
    );
    return [clock.nowMs(), how];
  };
  const sleep = clock.sleep(700).catch(() => undefined);
  try {
    const ended = await clock.run(call());
    await clock.run(sleep);
    return ended;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('time stands still while a call of many parts comes and its answer goes', async () => {
  const serve = (): RequestListener => (request, response) => {
    request.resume().once('end', () => response.end(new Uint8Array(8_000_000)));
  };
  expect(await callWhileOneSleeps(serve)).toEqual([0, '8000000 bytes']);
});

test('time passes while who was called sleeps', async () => {
  const serve =
    (clock: VirtualClock): RequestListener =>
    (request, response) => {
      const answer = (): void => void response.end(new Uint8Array(3));
      request.resume().once('end', () => void clock.sleep(500).then(answer));
    };
  expect(await callWhileOneSleeps(serve)).toEqual([500, '3 bytes']);
});

test('time stands still until the end of a connection has come', async () => {
  const serve = (): RequestListener => (request, response) => {
    request.resume().once('end', () => response.socket?.resetAndDestroy());
  };
  expect(await callWhileOneSleeps(serve)).toEqual([0, 'reset']);
});
