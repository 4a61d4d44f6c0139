import type { OpenSystem } from '../connectors/index.ts';
import { type AgreedCallLimit, type CallsOfSides, findRelation } from '../model/index.ts';
import type { RunbookInput } from '../runbook/index.ts';
import type { CheckedMove } from './check-map.ts';

interface Sides {
  readonly source: OpenSystem;
  readonly target: OpenSystem;
  readonly rowsPerSlice: number;
}

/**
 * About how many calls each step takes of systems that count them, from the records of both sides and from what fits into a call,
 * and the limits as they are now; nothing where neither counts. What opening and inspecting takes is not among them: some dozen
 * calls a command.
 */
export async function predictedCalls(
  move: CheckedMove,
  counts: RunbookInput['counts'],
  { source, target, rowsPerSlice: size }: Sides,
): Promise<Pick<RunbookInput, 'calls'>> {
  if (source.calls === undefined && target.calls === undefined) return {};
  const objects = new Map<string, CallsOfSides>();
  const audit = { source: 0, target: 0 };
  for (const { name, source: from, target: to } of move.loaded.mapping.objects) {
    const [read, written] = [findRelation(move.source, from), findRelation(move.planned, to)];
    if (read === undefined || written === undefined) continue;
    const { rowsSource = '0', rowsTargetBefore = '0' } = counts.get(name) ?? {};
    const [rows, before] = [Number(rowsSource), Number(rowsTargetBefore)];
    const reading = source.calls?.toRead(read, rows, size) ?? 0;
    objects.set(name, { source: reading, target: target.calls?.toWrite(written, rows, size) ?? 0 });
    audit.source += reading;
    audit.target += target.calls?.toRead(written, rows + before, size) ?? 0;
  }
  const limits = [...(await limitsOf('source', source)), ...(await limitsOf('target', target))];
  return { calls: { objects, audit, limits } };
}

async function limitsOf(
  system: 'source' | 'target',
  { calls }: OpenSystem,
): Promise<readonly AgreedCallLimit[]> {
  return ((await calls?.limits()) ?? []).map((limit) => ({ system, ...limit }));
}
