import type { SourceMovement } from '../engine/index.ts';
import { counted, groupDigits } from '../reports/index.ts';

/**
 * What moved on the source while one of its relations was read, for people; nothing where nothing did.
 *
 * @param agreed how many records the runbook counted; null where that does not matter
 */
export function movedNotes(
  relation: string,
  { moved, rowsPlanned, rowsNow, rowsChanged }: SourceMovement,
  agreed: string | null,
): readonly string[] {
  const [then, now] = [counted(rowsPlanned, 'record'), groupDigits(rowsNow)];
  const notes: string[] = [];
  if (agreed !== null && agreed !== rowsPlanned)
    notes.push(`${relation} holds ${then} now; the runbook counted ${groupDigits(agreed)}`);
  if (moved && rowsChanged !== null)
    notes.push(
      `${relation} moved on in the source meanwhile: ${counted(rowsChanged, 'record')} added or changed; ${then} when reading began, ${now} after it`,
    );
  else if (moved)
    notes.push(
      `the source was written to meanwhile and cannot tell where: ${relation} held ${then} when reading began, ${now} after it`,
    );
  return notes;
}
