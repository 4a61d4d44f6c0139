import type { OpenSystem } from '../connectors/index.ts';
import { zoneRulesVersion } from '../expressions/index.ts';
import type { Runbook } from '../model/index.ts';
import { version } from './version.ts';

/** Everything that takes part, with its version and its time zone rules: what was rehearsed with other rules was not rehearsed. */
export async function describeParties(source: OpenSystem, target: OpenSystem): Promise<Runbook['parties']> {
  return [
    { name: 'godwit', version, tzdata: zoneRulesVersion() },
    { name: 'node', version: process.version, tzdata: process.versions['tz'] ?? 'unknown' },
    { name: 'source', ...(await source.describe()) },
    { name: 'target', ...(await target.describe()) },
  ];
}
