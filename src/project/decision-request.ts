import { digestOf } from '../host/index.ts';
import { parseStrictJson } from '../ledger/index.ts';
import { GodwitError, isGodwitError } from '../model/index.ts';
import { policyDigest } from '../runbook/index.ts';
import { type DecisionRequest, requestForm } from './asked-decision.ts';
import { readCarriedFile } from './carried-file.ts';

/** Throws `approval.request-unreadable`, also when its parts do not belong together. */
export function readRequest(file: string): DecisionRequest {
  const bytes = readCarriedFile(file, (detail) => requestUnreadable(file, detail));
  try {
    return checkRequest(parseStrictJson(bytes));
  } catch (error) {
    throw isGodwitError(error) && error.code !== 'approval.request-unreadable'
      ? requestUnreadable(file, error.detail)
      : error;
  }
}

function checkRequest(content: unknown): DecisionRequest {
  const read = requestForm.safeParse(content);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw requestUnreadable(issue?.path.join('.') ?? '', issue?.message ?? 'has another form');
  }
  const { asked, project, ...rest } = read.data;
  if ('runbook' in asked) {
    const { runbook } = asked;
    if (runbook.project !== project)
      throw requestUnreadable('project', `the runbook is of the project ${runbook.project}`);
    if (policyDigest(rest, digestOf) !== runbook.policyDigest)
      throw requestUnreadable('people', 'these are not the people the runbook was made with');
  }
  return read.data;
}

function requestUnreadable(where: string, why: string): GodwitError {
  return new GodwitError({
    code: 'approval.request-unreadable',
    title: 'This file asks for no decision that can be signed',
    detail: `${where}: ${why}`,
    nextStep:
      'Have a new one written (`godwit approve request runbook`, or what else was asked), and carry it over as it is.',
    fate: 'never',
  });
}
