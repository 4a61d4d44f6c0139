import type { RecordKey } from '../../model/index.ts';
import type { UndoResult } from '../port.ts';
import type { AccountApi } from './account-api.ts';
import { neverThere } from './faults.ts';
import { kindsIn, kindsText } from './link-kinds.ts';
import type { LinkType } from './link-type.ts';
import { readLinks } from './links.ts';
import { refusalOf } from './refusal.ts';
import type { HeldRecord, SliceName, TargetState } from './target-state.ts';

interface TakingBack {
  readonly api: AccountApi;
  readonly link: LinkType;
  readonly state: TargetState;
}

const batchMost = 500;
const roundsMost = 4;
type Kind = readonly [category: string, typeId: number];

/**
 * Takes back what was written of these links: those that were made go, labels that were added to others go. A link that is not as
 * it was left is named and stays.
 *
 * @param places of the links; all of the slice where it is null
 */
export async function takeBackLinks(
  world: TakingBack,
  name: SliceName,
  places: readonly string[] | null,
): Promise<UndoResult> {
  const { state } = world;
  const wanted = places === null ? null : new Set(places);
  const held = state.held(name).filter(({ id }) => wanted === null || wanted.has(id));
  const total = { rowsRemoved: 0, rowsRestored: 0, refused: [] as { key: RecordKey; reason: string }[] };
  for (let from = 0; from < held.length; from += batchMost) {
    const judged = await judgeAll(world, held.slice(from, from + batchMost));
    await removeAll(world, judged);
    state.transaction(() => {
      for (const { held: one, refused } of judged) {
        if (refused) continue;
        state.dropHeld(name, one.id);
        state.dropSent(name, one.id);
      }
    });
    for (const { held: one, refused, gone } of judged) {
      const reason = 'somebody gave it another label since';
      if (refused) total.refused.push({ key: state.openText(one.key, name), reason });
      else if (gone.length > 0 && one.kind === 'created') total.rowsRemoved += 1;
      else if (gone.length > 0) total.rowsRestored += 1;
    }
  }
  return total;
}

interface Judged {
  readonly held: HeldRecord;
  readonly from: string;
  readonly to: string;
  /** Kinds to take away; none where nothing is there any more. */
  readonly gone: readonly Kind[];
  readonly refused: boolean;
}

async function judgeAll({ api, link }: TakingBack, held: readonly HeldRecord[]): Promise<readonly Judged[]> {
  const ends = held.map((one) => {
    const [from = '', to = ''] = one.id.split(' ');
    return { held: one, from, to };
  });
  const links = await readLinks(api, link, [...new Set(ends.map(({ from }) => from))]);
  return ends.map((end): Judged => {
    const kinds = kindsIn(links, end) ?? [];
    const now = kindsText(kinds);
    const { before, after } = end.held;
    // Announced only: whatever of it is there came of the call.
    const refused = kinds.length > 0 && after !== null && after !== now;
    const was = before === null ? '[]' : new TextDecoder().decode(before);
    const kept = new Set((JSON.parse(was) as Kind[]).map(String));
    const gone = (JSON.parse(now) as Kind[]).filter((kind) => !kept.has(String(kind)));
    return { ...end, refused, gone: refused ? [] : gone };
  });
}

/** Until what is to go is seen to be gone. */
async function removeAll(world: TakingBack, judged: readonly Judged[]): Promise<void> {
  let waiting = judged.filter(({ gone }) => gone.length > 0);
  for (let round = 0; waiting.length > 0; round += 1) {
    if (round >= roundsMost) throw neverThere(world.link.name, waiting.length, round);
    await remove(world, waiting);
    const now = await readLinks(world.api, world.link, [...new Set(waiting.map(({ from }) => from))]);
    waiting = waiting.filter((one) => {
      const kinds = new Set((JSON.parse(kindsText(kindsIn(now, one) ?? [])) as Kind[]).map(String));
      return one.gone.some((kind) => kinds.has(String(kind)));
    });
  }
}

async function remove(world: TakingBack, judged: readonly Judged[]): Promise<void> {
  const whole = judged.filter(({ held: { kind }, gone }) => kind === 'created' && gone.length > 0);
  const labels = judged.filter(({ held: { kind }, gone }) => kind === 'changed' && gone.length > 0);
  const pair = ({ from, to }: Judged): object => ({ from: { id: from }, to: [{ id: to }] });
  await send(world, 'batch/archive', whole.map(pair));
  await send(
    world,
    'batch/labels/archive',
    labels.map(({ from, to, gone }) => ({
      from: { id: from },
      to: { id: to },
      types: gone.map(([associationCategory, associationTypeId]) => ({
        associationCategory,
        associationTypeId,
      })),
    })),
  );
}

async function send({ api, link }: TakingBack, path: string, inputs: readonly object[]): Promise<void> {
  if (inputs.length === 0) return;
  const label = `take back ${link.name}`;
  const whole = `/crm/v4/associations/${link.from.path}/${link.to.path}/${path}`;
  const result = await api.send({ method: 'POST', path: whole, label, content: { inputs }, repeat: 'keyed' });
  if (result.kind === 'answered' && result.answer.status >= 300) throw refusalOf(label, result.answer);
}
