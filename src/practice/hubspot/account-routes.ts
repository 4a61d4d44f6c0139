import { jsonAnswer, type PracticeAnswer } from '../practice-message.ts';
import type { Account } from './account.ts';
import type { Owner } from './owners.ts';
import { pipelinesOf } from './property-catalog.ts';
import { afterIn, countIn, flagIn } from './read-body.ts';
import { showMs } from './read-value.ts';
import { notFound } from './refusal.ts';
import { type ApiCall, type Route, schemaScope } from './route.ts';

const pageMax = 500;

/** Owners, pipelines, and what the account says of itself. */
export function accountRoutes(account: Account): readonly Route[] {
  const owners = () => ['crm.objects.owners.read'];
  const pipelines = 'crm/v3/pipelines/{type}';
  return [
    {
      method: 'GET',
      path: 'crm/v3/owners',
      query: ['email', 'limit', 'after', 'archived'],
      scopes: owners,
      answer: (call) => listOwners(account, call),
    },
    {
      method: 'GET',
      path: 'crm/v3/owners/{id}',
      query: ['idProperty', 'archived'],
      scopes: owners,
      answer: (call) => readOwner(account, call),
    },
    {
      method: 'GET',
      path: pipelines,
      scopes: schemaScope(account, 'read'),
      answer: ({ place }) => jsonAnswer(200, { results: shownPipelines(account, place('type')) }),
    },
    {
      method: 'GET',
      path: `${pipelines}/{id}`,
      scopes: schemaScope(account, 'read'),
      answer: ({ place }) => jsonAnswer(200, onePipeline(account, place('type'), place('id'))),
    },
    {
      method: 'GET',
      path: `${pipelines}/{id}/stages`,
      scopes: schemaScope(account, 'read'),
      answer: ({ place }) =>
        jsonAnswer(200, { results: onePipeline(account, place('type'), place('id')).stages }),
    },
    {
      method: 'GET',
      path: 'account-info/v3/details',
      scopes: () => [],
      answer: ({ request }) => jsonAnswer(200, details(account, request.nowMs)),
    },
  ];
}

function listOwners({ owners }: Account, { request: { query } }: ApiCall): PracticeAnswer {
  const limit = countIn(query, 'limit', 1, pageMax, 100);
  const [after, archived, email] = [
    afterIn(query),
    flagIn(query, 'archived'),
    query.get('email')?.toLowerCase(),
  ];
  const found = owners
    .all()
    .filter(
      (owner) =>
        owner.archived === archived &&
        Number(owner.id) > Number(after) &&
        (email === undefined || owner.email === email),
    );
  const last = found.length > limit ? found[limit - 1] : undefined;
  return jsonAnswer(200, {
    results: found.slice(0, limit).map(showOwner),
    ...(last === undefined ? {} : { paging: { next: { after: last.id } } }),
  });
}

function readOwner({ owners }: Account, { request: { query }, place }: ApiCall): PracticeAnswer {
  const byUser = query.get('idProperty') === 'userId';
  const archived = flagIn(query, 'archived');
  const found = owners
    .all()
    .find(
      (owner) => owner.archived === archived && (byUser ? String(owner.userId) : owner.id) === place('id'),
    );
  if (found === undefined) throw notFound();
  return jsonAnswer(200, showOwner(found));
}

const showOwner = ({ createdMs, updatedMs, ...owner }: Owner): unknown => ({
  ...owner,
  type: 'PERSON',
  createdAt: showMs(createdMs),
  updatedAt: showMs(updatedMs),
});

interface ShownPipeline {
  readonly id: string;
  readonly stages: readonly unknown[];
}

/** They are as old as the property that a record's pipeline is kept in. */
function shownPipelines(account: Account, name: string): readonly ShownPipeline[] {
  const type = account.type(name);
  const { catalog } = account;
  const kept = catalog.kept(type, 'pipeline') ?? catalog.kept(type, 'hs_pipeline');
  const dated = {
    archived: false,
    createdAt: showMs(kept?.createdMs ?? 0),
    updatedAt: showMs(kept?.updatedMs ?? 0),
  };
  return pipelinesOf(type.name, account.settings.pipelines).map(({ id, label, stages }, displayOrder) => ({
    id,
    label,
    displayOrder,
    ...dated,
    stages: stages.map((stage, at) => ({ ...stage, displayOrder: at, metadata: {}, ...dated })),
  }));
}

/** Throws 404 for one that is not there. */
function onePipeline(account: Account, name: string, id: string): ShownPipeline {
  const found = shownPipelines(account, name).find((pipeline) => pipeline.id === id);
  if (found === undefined) throw notFound();
  return found;
}

function details({ settings: { hubId, zone } }: Account, nowMs: number): unknown {
  const offset = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'longOffset' })
    .formatToParts(nowMs)
    .find(({ type }) => type === 'timeZoneName')
    ?.value.replace('GMT', '');
  return {
    portalId: hubId,
    accountType: 'STANDARD',
    timeZone: zone,
    utcOffset: offset === '' ? '+00:00' : offset,
    companyCurrency: 'EUR',
  };
}
