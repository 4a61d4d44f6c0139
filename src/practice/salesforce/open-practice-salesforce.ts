import { systemRandom } from '../../host/index.ts';
import { contentOf, fileOf, openPracticeSystem, type PracticeOptions } from '../open-practice-system.ts';
import type { PracticeServer } from '../practice-server.ts';
import { parseOrg } from './org-file.ts';
import { SalesforceSystem } from './salesforce-system.ts';

export interface PracticeSalesforceOptions extends PracticeOptions {
  /** File that describes the org, or what would stand in it. */
  readonly org?: string | object;
}

/**
 * Starts a practice Salesforce on this machine. Throws `practice.port-taken`, `practice.state-foreign`,
 * `practice.file-unreadable`.
 */
export async function openPracticeSalesforce(options: PracticeSalesforceOptions): Promise<PracticeServer> {
  const org = parseOrg(contentOf(options.org), fileOf(options.org));
  return await openPracticeSystem(options, {
    vendor: 'salesforce',
    // A bulk upload may hold 150 MB.
    bodyMaxBytes: 160 * 1024 * 1024,
    make: (state, clock) => new SalesforceSystem({ state, clock, random: systemRandom, org }),
  });
}
