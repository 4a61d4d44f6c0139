import { systemRandom } from '../../host/index.ts';
import { contentOf, fileOf, openPracticeSystem, type PracticeOptions } from '../open-practice-system.ts';
import type { PracticeServer } from '../practice-server.ts';
import { parseAccount } from './account-file.ts';
import { HubspotSystem } from './hubspot-system.ts';

export interface PracticeHubspotOptions extends PracticeOptions {
  /** File that describes the account, or what would stand in it. */
  readonly account?: string | object;
}

/**
 * Starts a practice HubSpot on this machine. Throws `practice.port-taken`, `practice.state-foreign`,
 * `practice.file-unreadable`.
 */
export async function openPracticeHubspot(options: PracticeHubspotOptions): Promise<PracticeServer> {
  const account = parseAccount(contentOf(options.account), fileOf(options.account));
  return await openPracticeSystem(options, {
    vendor: 'hubspot',
    // Files come whole.
    bodyMaxBytes: 512 * 1024 * 1024,
    make: (state, clock) => new HubspotSystem({ state, clock, random: systemRandom, account }),
  });
}
