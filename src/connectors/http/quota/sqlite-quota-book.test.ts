import { quotaBookContract } from './quota-book.contract.ts';
import { QuotaWorld } from './quota-world.contract.ts';

quotaBookContract('sqlite', async (startMs) => new QuotaWorld(startMs), 40);
