import { isGodwitError } from '../model/index.ts';
import type { Session } from './session.ts';
import type { WarrantedTarget } from './warranted-target.ts';

/**
 * A look at the target between two steps, over the connections the session has: opening others would take longer than most
 * looks do. What broke while nobody used it is opened anew, once. The look may be repeated.
 */
export async function lookAtTarget<Result>(
  { connections }: Session,
  look: (target: WarrantedTarget) => Promise<Result>,
): Promise<Result> {
  const { generation } = connections;
  try {
    return await look(await connections.target());
  } catch (error) {
    if (!isGodwitError(error) || error.fate !== 'later') throw error;
    await connections.renew(generation);
    return look(await connections.target());
  }
}
