import { journalKill } from './journal-kill.ts';

/** What the process in the small file system is told. */
export interface AloneOrder {
  readonly folder: string;
  readonly seed: number;
  readonly journals: number;
  readonly lives: number;
}

const order = JSON.parse(process.argv[2] ?? '') as AloneOrder;
const result = await journalKill({ ...order, fills: true, say: (line) => console.log(line) });
console.log(`result ${JSON.stringify(result)}`);
