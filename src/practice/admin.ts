import { z } from 'zod';
import type { PracticeClock } from '../host/index.ts';
import { isGodwitError } from '../model/index.ts';
import type { FaultInjector } from './fault-injector.ts';
import { type FaultScript, parseFaultScript } from './fault-script.ts';
import { jsonAnswer, type PracticeAnswer, type PracticeSystem } from './practice-message.ts';

export interface AdminRequest {
  readonly method: string;
  readonly path: string;
  readonly body: Buffer;
}

interface AdminDesk {
  readonly system: PracticeSystem;
  readonly clock: PracticeClock;
  readonly server: {
    readonly faultsHappened: FaultInjector['happened'];
    setScript(script: FaultScript): void;
  };
}

const clockOrder = z.strictObject({
  speed: z.number().gt(0).max(1_000_000).optional(),
  advanceMs: z.number().min(0).optional(),
});

/**
 * What the vendor has no call for: `GET /__practice/state`, `POST /__practice/clock`, `POST /__practice/faults`, and the
 * orders of the system itself. Orders that cannot be carried out are answered with 400 and what is accepted.
 */
export function answerAdmin({ method, path, body }: AdminRequest, desk: AdminDesk): PracticeAnswer {
  const name = path.slice('/__practice/'.length);
  try {
    if (method === 'GET' && name === 'state') return jsonAnswer(200, stateOf(desk));
    if (method !== 'POST') return jsonAnswer(405, { error: 'GET state, or POST an order' });
    const content: unknown = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
    if (name === 'clock') return jsonAnswer(200, setClock(content, desk));
    if (name === 'faults') {
      desk.server.setScript(parseFaultScript(content, 'POST /__practice/faults', desk.system.orders));
      return jsonAnswer(200, { faults: desk.server.faultsHappened });
    }
    const done = desk.system.order(name, content);
    return done === null ? jsonAnswer(404, { error: `no order ${name}` }) : jsonAnswer(200, done);
  } catch (error) {
    return jsonAnswer(400, { error: reasonOf(error) });
  }
}

function stateOf({ system, clock, server }: AdminDesk): unknown {
  return {
    now: clock.now(),
    speed: clock.speed,
    faults: server.faultsHappened,
    system: system.order('state', {}),
  };
}

function setClock(content: unknown, { clock }: AdminDesk): unknown {
  const { speed, advanceMs } = clockOrder.parse(content);
  if (speed !== undefined) clock.setSpeed(speed);
  if (advanceMs !== undefined) clock.advance(advanceMs);
  return { now: clock.now(), speed: clock.speed };
}

function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  if (isGodwitError(error)) return error.message;
  return error instanceof Error ? error.message : String(error);
}
