import { expect, it } from 'vitest';
import { viewOf } from './read-view.ts';

const transaction = (connection: number, from: number, upTo: number): string =>
  `---TRANSACTION (0x7f7bbd11bc80), ACTIVE 0 sec
0 lock struct(s), heap size 1128, 0 row lock(s)
MariaDB thread id ${connection}, OS thread handle 131373226518208, query id 14 127.0.0.1 tester starting
Trx read view will not see trx with id >= ${from}, sees < ${upTo}
`;
const idle =
  '---TRANSACTION (0x7f7bbd11a680), not started\n0 lock struct(s), heap size 1128, 0 row lock(s)\n';

it('tells what a connection sees, of no other and only where nothing was under way', () => {
  const status = `LIST OF TRANSACTIONS:\n${transaction(8, 25, 25)}${idle}${transaction(18, 25, 21)}${idle}`;
  expect(viewOf(status, '8')).toBe('25');
  expect(viewOf(status, '18')).toBeNull();
  expect(viewOf(status, '1')).toBeNull();
  expect(viewOf(`${status}${idle}`.replace('sees < 25', 'sees < 24'), '8')).toBeNull();
  // A statement that spells a status: then nothing is certain.
  expect(viewOf(`${status}${transaction(8, 25, 25)}`, '8')).toBeNull();
  expect(viewOf('', '8')).toBeNull();
});
