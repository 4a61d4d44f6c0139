import { systemNotary } from '../host/index.ts';
import type { Runbook } from '../model/index.ts';
import type { AcceptedFinding } from '../reports/index.ts';
import { decisionsOf, readDecisions } from '../runbook/index.ts';
import { policyOf, readEnvelopes, readLog } from './decision-files.ts';
import type { Project } from './project.ts';

/** The signed decisions a runbook rests on, by the finding they are about. */
export function acceptedFindings(project: Project, runbook: Runbook): ReadonlyMap<string, AcceptedFinding> {
  const { decisions } = readDecisions(
    readEnvelopes(project),
    policyOf(project),
    systemNotary.verify,
    readLog(project),
  );
  const signed = new Map(decisionsOf('finding-decision', decisions).map((one) => [one.id, one.body]));
  return new Map(
    runbook.findings.flatMap(({ id, decision }) => {
      const body = decision === null ? undefined : signed.get(decision);
      return body === undefined
        ? []
        : [[id, { by: body.decidedBy, reason: body.reason, until: body.expiresAt }] as const];
    }),
  );
}
