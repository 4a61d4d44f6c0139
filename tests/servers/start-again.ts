import { setTimeout as delay } from 'node:timers/promises';

/**
 * Starts a server on the port it had. While it was down somebody's outgoing connection may have been given that port for
 * its own end; such a connection is short, so it is tried again for a while.
 */
export async function startAgain(start: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1)
    try {
      await start();
      return;
    } catch (error) {
      if (attempt === 20) throw error;
      await delay(250);
    }
}
