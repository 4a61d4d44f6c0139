import { expect, test } from 'vitest';
import {
  expectPredicted,
  intoHubspot,
  intoSalesforce,
  outOfHubspot,
  outOfSalesforce,
} from './predicted-moves.contract.ts';

test('a move into an org makes the calls that its runbook says, step by step', async () => {
  expectPredicted(await intoSalesforce({ companies: 250, rowsPerSlice: 100 }, 100_000, 500), 1);
}, 60_000);

test('a move into an account makes the calls that its runbook says, step by step', async () => {
  expectPredicted(await intoHubspot({ companies: 150, rowsPerSlice: 100 }), 1);
}, 60_000);

test('contents of files are predicted as calls of the account: by their signed addresses they take none', async () => {
  const steps = await intoHubspot({ companies: 10, files: 120, rowsPerSlice: 100 });
  expectPredicted(steps, 2);
}, 60_000);

test('a move out of an org, or out of an account, makes the calls that its runbook says, step by step', async () => {
  const steps = await outOfSalesforce({ companies: 250, rowsPerSlice: 100 });
  expect(steps.length).toBe(4);
  expectPredicted(steps, 0);
  const read = await outOfHubspot({ companies: 150, rowsPerSlice: 100 });
  expect(read.length).toBe(5);
  expectPredicted(read, 1);
}, 60_000);
