import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/**
 * The connections that both begin and end in this process, from its making on: so that time can stand still while a call is on
 * its way between them. Nothing is when both ends of each connection are open and have read what the other was given to send. An
 * end that closes is on its way until the other one has closed, too. Whoever connects to another process meanwhile is never still.
 */
export class OwnSockets implements Disposable {
  readonly #clients = new Set<Socket>();
  /** By the port of the other end. */
  readonly #servers = new Map<number, Socket>();

  constructor() {
    subscribe('net.client.socket', this.#begins);
    subscribe('net.server.socket', this.#arrives);
  }

  /** Whether no byte, no beginning and no end of a connection is on its way. */
  get still(): boolean {
    if (this.#clients.size !== this.#servers.size) return false;
    for (const client of this.#clients) {
      const server = this.#servers.get(client.localPort ?? 0);
      if (client.connecting || server === undefined) return false;
      if (client.bytesWritten !== server.bytesRead || server.bytesWritten !== client.bytesRead) return false;
    }
    return true;
  }

  [Symbol.dispose](): void {
    unsubscribe('net.client.socket', this.#begins);
    unsubscribe('net.server.socket', this.#arrives);
  }

  readonly #begins = (message: unknown): void => {
    const { socket } = message as { readonly socket: Socket };
    this.#clients.add(socket);
    socket.once('close', () => this.#clients.delete(socket));
  };

  readonly #arrives = (message: unknown): void => {
    const { socket } = message as { readonly socket: Socket };
    const port = socket.remotePort;
    // Its other end was gone before it arrived.
    if (port === undefined) return;
    this.#servers.set(port, socket);
    socket.once('close', () => {
      if (this.#servers.get(port) === socket) this.#servers.delete(port);
    });
  };
}
