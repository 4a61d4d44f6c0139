/** One worker process: takes slices until it is ended, and says on its standard output which ones it brought. */
import { type ManyOrder, ManyWorld } from '../../workers/many-world.ts';

const order = JSON.parse(process.argv[2] ?? '') as ManyOrder;
await using world = await ManyWorld.open(order);
await world.help(new AbortController().signal, (slice) => process.stdout.write(`${slice}\n`));
