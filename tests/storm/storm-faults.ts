import { GodwitError } from '../../src/model/index.ts';

/** What the systems of a made-up world say when they cannot. */
function fault(code: string, title: string, fate: GodwitError['fate']): GodwitError {
  return new GodwitError({ code: `storm.${code}`, title, nextStep: 'Wait, or ask the world.', fate });
}

export const stormFault = {
  connectionLost: (): GodwitError => fault('connection-lost', 'The connection is gone', 'later'),
  serialization: (): GodwitError => fault('serialization', 'Another transaction was in the way', 'later'),
  lockTimeout: (): GodwitError => fault('lock-timeout', 'Somebody else holds the lock', 'later'),
  diskFull: (fate: 'later' | 'pause'): GodwitError => fault('disk-full', 'The disk is full', fate),
  transactionGone: (): GodwitError =>
    fault('transaction-gone', 'The server has ended the transaction', 'later'),
  unknownDatabase: (): GodwitError => fault('unknown-database', 'There is no such database', 'never'),
  notInBulk: (why: string): GodwitError =>
    fault('not-in-bulk', `A record cannot go in bulk: ${why}`, 'never'),
  noSandbox: (): GodwitError => fault('no-sandbox', 'It makes no sandboxes', 'never'),
} as const;
