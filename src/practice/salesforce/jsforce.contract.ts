import type jsforceType from 'jsforce';

/**
 * jsforce brings an HTTP client of its own (undici), which puts its dispatcher in place of the one of Node.js for all of the process.
 * Test files share a process: whatever opens a wire behind it would find a fetch that it does not know. So Node's own is put back;
 * jsforce goes on with its own.
 */
const place: unique symbol = Symbol.for('undici.globalDispatcher.1') as typeof place;
const shared = globalThis as { [place]?: unknown };

// The first use of fetch, without a network, makes the dispatcher.
await fetch('data:,');
const own = shared[place];
const { default: client } = await import('jsforce');
shared[place] = own;

export const jsforce: typeof jsforceType = client;
