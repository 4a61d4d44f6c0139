import type { ServerResponse } from 'node:http';
import type { PracticeClock } from '../host/index.ts';
import type { Fault } from './fault-script.ts';
import type { PracticeAnswer } from './practice-message.ts';

/** What the answers of one server know of each other. */
export interface Delivery {
  readonly clock: PracticeClock;
  /** How many answers have left so far. */
  left: number;
  readonly signal: AbortSignal;
}

/** Sends an answer as the fault wants it; an answer that never leaves ends with its connection. */
export async function deliverAnswer(
  response: ServerResponse,
  answer: PracticeAnswer,
  fault: Fault | null,
  delivery: Delivery,
): Promise<void> {
  const { clock, signal } = delivery;
  if (answer.workMs !== undefined && answer.workMs > 0) await clock.sleep(answer.workMs, signal);
  switch (fault?.kind) {
    case 'timeout-after-accepting':
      await clock.sleep(fault.holdMs, signal);
      return cut(response);
    case 'reset-in-body':
      return await sendHalf(response, answer);
    case 'slow-body':
      return await sendSlowly(response, answer, fault, delivery);
    case 'answered-twice':
      return sendTwice(response, answer, delivery);
    case 'late-answer':
      await waitBehindOthers(fault, delivery);
      return send(response, answer, delivery);
    default:
      return send(response, answer, delivery);
  }
}

/** Ends a connection without a word: the caller sees a reset. */
export function cut(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

function send(response: ServerResponse, answer: PracticeAnswer, delivery: Delivery): void {
  delivery.left += 1;
  response.writeHead(answer.status, headersOf(answer)).end(answer.body);
}

/** In one piece, so that the second one is there before its connection can be used again. */
function sendTwice(response: ServerResponse, answer: PracticeAnswer, delivery: Delivery): void {
  const { socket } = response;
  socket?.cork();
  send(response, answer, delivery);
  socket?.write(`HTTP/1.1 ${answer.status} \r\n`);
  for (const [name, value] of Object.entries(headersOf(answer))) socket?.write(`${name}: ${value}\r\n`);
  socket?.write('\r\n');
  socket?.write(answer.body);
  socket?.uncork();
}

async function sendHalf(response: ServerResponse, answer: PracticeAnswer): Promise<void> {
  const bytes = Buffer.from(answer.body);
  response.writeHead(answer.status, headersOf(answer));
  await new Promise<void>((resolve) => {
    response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => resolve());
  });
  cut(response);
}

async function sendSlowly(
  response: ServerResponse,
  answer: PracticeAnswer,
  { bytes: atOnce, pauseMs }: Extract<Fault, { kind: 'slow-body' }>,
  delivery: Delivery,
): Promise<void> {
  const bytes = Buffer.from(answer.body);
  response.writeHead(answer.status, headersOf(answer));
  for (let at = 0; at < bytes.length && !response.destroyed; at += atOnce) {
    response.write(bytes.subarray(at, at + atOnce));
    await delivery.clock.sleep(pauseMs, delivery.signal);
  }
  delivery.left += 1;
  response.end();
}

async function waitBehindOthers(
  { behind, holdMs }: Extract<Fault, { kind: 'late-answer' }>,
  delivery: Delivery,
): Promise<void> {
  const { clock, signal } = delivery;
  const [until, dueMs] = [delivery.left + behind, clock.nowMs() + holdMs];
  while (delivery.left < until && clock.nowMs() < dueMs)
    await clock.sleep(Math.max(clock.speed, 1) * 5, signal);
}

function headersOf(answer: PracticeAnswer): Record<string, string> {
  return answer.status === 204
    ? { ...answer.headers }
    : { ...answer.headers, 'Content-Length': String(Buffer.byteLength(answer.body)) };
}
