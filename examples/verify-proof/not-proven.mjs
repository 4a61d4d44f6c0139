/** What a bundle that holds does not prove, in the same sentences as `godwit ledger verify`. Nothing of godwit's code. */
export const notProven = ({ size, trust, checkpoints, entries, runbooks }) => [
  ...when(
    checkpoints.at(-1).witnesses.length === 0,
    'anything against who holds the runner key: no witness saw this history, so they could have written another one',
  ),
  'that the times are right: each is the clock of the machine that wrote it',
  'that everything that happened was written, or happened as it was meant: only that what was written has not changed',
  `what came after entry ${size}: later entries may be withheld`,
  `that no other checkpoint was signed: ${checkpoints.length} ${checkpoints.length === 1 ? 'is' : 'are'} here, and one that is left out leaves no gap`,
  ...cutOff(entries).map(
    ({ run, step, seq }) =>
      `what became of ${step} of ${run}: entry ${seq} says that it began, and no entry here how it ended`,
  ),
  ...when(size > entries.length, `what the ${size - entries.length} entries say that are not here`),
  ...blind(entries),
  ...evidence(entries, runbooks),
  'that a person read what their key signed, or that nobody else had their key',
  `that the keys belong to these people: the trust root says so (${trust.policies.length} people sections)`,
  'that the systems still hold today what an audit found then',
];

export const nothingProven = [
  'anything that this bundle says: it was changed, or does not fit the trust root',
];

const when = (condition, line) => (condition ? [line] : []);

function blind(entries) {
  const count = entries.filter(({ value }) => !('body' in value)).length;
  const erased = entries.filter(({ type }) => type === 'body-erased').length;
  return when(
    count > 0,
    `what ${count} entries speak of that is kept elsewhere, or was erased: only its keyed digest is here (${erased} erased)`,
  );
}

/** What the runbooks say they rest on, and what the ledger says was recorded; all of it is named by digests only. */
function evidence(entries, runbooks) {
  const recorded = entries.filter(({ type }) => type === 'evidence-recorded').map(({ body }) => body?.kind);
  const listed = runbooks.flatMap((one) => (Array.isArray(one.evidence) ? one.evidence : []));
  const named = listed.map((one) => one?.name);
  const all = [...new Set([...named, ...recorded].map(String))].sort().join(', ');
  return when(
    all !== '',
    `what the evidence says that is only named here, by its digest: ${all}; its files stay with the project, in evidence/ and facts/`,
  );
}

/** Steps of these runs that began, and of which no entry says how they ended. */
function cutOff(entries) {
  const [open, started] = [new Map(), new Set()];
  for (const { type, body, seq } of entries) {
    const { run, step } = body ?? {};
    const name = JSON.stringify([run, step]);
    if (type === 'run-started') started.add(run);
    if (type === 'engine-step-started') open.set(name, { run, step, seq });
    if (type === 'engine-step-ended' || type === 'step-outcome-unknown') open.delete(name);
    if (type === 'engine-undo-ended') for (const [key, one] of open) if (one.run === run) open.delete(key);
  }
  return [...open.values()].filter(({ run }) => started.has(run));
}
