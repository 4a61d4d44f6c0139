import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type RecordedRequest, typeOf } from './recorded-requests.ts';

/** What the vendor's collection of requests says of a request, and what the source of the connector says that it can send. */
export interface Described {
  readonly file: string;
  readonly method: string;
  readonly path: RegExp;
  readonly query: readonly string[];
  readonly contentType: string | null;
  readonly body: Readonly<Record<string, string>> | null;
}

/** Requests of the collection that name the same thing as the documentation does, by the folders that hold them. */
const folders = ['rest', 'composite', 'bulk_v2', 'query', 'auth'];

export function readCollection(folder: string): readonly Described[] {
  return folders.flatMap((name) =>
    readdirSync(join(folder, name)).map((file) =>
      readRequest(`${name}/${file}`, readFileSync(join(folder, name, file), 'utf8')),
    ),
  );
}

interface Written {
  readonly method: string;
  readonly url: string;
  readonly queryParams: readonly { readonly key: string }[] | null;
  readonly headerData: readonly { readonly key: string; readonly value: string }[] | null;
  readonly data: readonly { readonly key: string }[] | null;
  readonly rawModeData: string | null;
}

export function readRequest(file: string, text: string): Described {
  const { method, url, queryParams, headerData, data, rawModeData } = JSON.parse(text) as Written;
  const [path = ''] = url.replace(/^\{\{\w+\}\}(\{\{site\}\})?/, '').split('?');
  const pattern = path
    .replace(/\/$/, '')
    .replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`)
    .replaceAll(/\{\{\w+\}\}|<\w+>/g, '[^/]+');
  const form = (data ?? []).map(({ key }) => [key, 'string'] as const);
  return {
    file,
    method,
    path: new RegExp(`^${pattern}/?$`),
    query: (queryParams ?? []).map(({ key }) => key),
    contentType: headerData?.find(({ key }) => key === 'Content-Type')?.value ?? null,
    body: form.length > 0 ? Object.fromEntries(form) : shapeWritten(rawModeData ?? ''),
  };
}

/** The collection writes a type where a value would stand: `"allOrNone": "Boolean"`, `"records": "SObject[]"`. */
function shapeWritten(raw: string): Described['body'] {
  try {
    const content = JSON.parse(raw) as Record<string, unknown>;
    const type = (value: unknown): string => {
      if (value === 'Boolean') return 'boolean';
      return typeof value === 'string' && value.endsWith('[]') ? 'list' : typeOf(value);
    };
    return Object.fromEntries(Object.entries(content).map(([name, value]) => [name, type(value)]));
  } catch {
    return null;
  }
}

/** Where the collection says less than the documentation of the resource, or is older: each with what it does not show. */
const beyond: Readonly<
  Record<
    string,
    { readonly more?: readonly string[]; readonly without?: readonly string[]; readonly as?: string }
  >
> = {
  // What finds the records of an upsert, and how its lines are written (Bulk API 2.0, create a job).
  'bulk_v2/create_job.json': { more: ['externalIdFieldName', 'contentType', 'lineEnding'] },
  // A file's bytes stand beside its fields (REST API, insert or update blob data).
  'rest/sobject_create.json': { as: 'multipart/form-data' },
  // Both have a default.
  'composite/composite.json': { without: ['allOrNone', 'collateSubrequests'] },
};

/** What the collection of 2021 does not have, and why. */
export const notCovered: Readonly<Record<string, string>> = {
  'POST /services/oauth2/token client_id client_secret grant_type':
    'client credentials came later (OAuth 2.0 client credentials flow)',
  'PATCH /services/data/v62.0/composite/sobjects allOrNone records':
    "the collection has an object's name in the path; saving by id has none (sObject Collections)",
  'PATCH /services/data/v62.0/composite/sobjects/{}/{} allOrNone records':
    'saving by an external id has the field behind the object (sObject Collections)',
  'DELETE /services/data/v62.0/composite/sobjects ?allOrNone ?ids':
    "the collection has an object's name in the path, the documentation has none",
  'POST /services/data/v62.0/composite/sobjects/{} fields ids':
    'by POST for more records than an address can name (sObject Collections, get multiple records)',
};

const shelf = resolve(import.meta.dirname, '../../src/connectors/salesforce');
/** What is called a label there and is none of a call: names that an org shows. */
const otherLabels = new Set(["textOf(told, 'label')", 'string']);
/** Where a call is named by a function: its names. */
const namedBy: Readonly<Record<string, readonly string[]>> = {
  'labelOf(way)': ['`update ${object}`', '`upsert ${object}`'],
};

/** Every kind of call that the connector can send, by the label its source gives it; `*` for what changes. */
export function kindsOfCalls(): readonly string[] {
  const texts = readdirSync(shelf)
    .filter((name) => name.endsWith('.ts') && !/\.(test|contract)\.ts$/.test(name))
    .map((name) => readFileSync(join(shelf, name), 'utf8'));
  const labels = texts.flatMap((text) =>
    [...text.matchAll(/\blabel(?::|\s=)\s*('[^']*'|`[^`]*`|\w+\([^)]*\)|\w+)/g)].map(
      ([, label = '']) => label,
    ),
  );
  return [...new Set(labels.filter((label) => !otherLabels.has(label)).flatMap(kindOf))].sort();
}

/** Throws where a label is neither a text nor known above. */
function kindOf(label: string): readonly string[] {
  return (namedBy[label] ?? [label]).map((one) => {
    if (!/^(?:'[^']*'|`[^`]*`)$/.test(one)) throw new RangeError(`a call whose label is ${one}`);
    return one.slice(1, -1).replaceAll(/\$\{[^}]*\}/g, '*');
  });
}

export const isOf =
  (kind: string) =>
  (label: string): boolean =>
    new RegExp(`^${kind.replaceAll('*', String.raw`\w+`)}$`).test(label);

export const nameOf = ({ method, path, query, body }: RecordedRequest): string =>
  [
    method,
    path.replaceAll(/(?<=sobjects\/)\w+|(?<=sobjects\/\w+\/)\w+|(?<=jobs\/\w+\/)\w+/g, '{}'),
    ...query.map((name) => `?${name}`),
    ...Object.keys(body ?? {}).sort(),
  ].join(' ');

export function against(
  requests: readonly RecordedRequest[],
  described: readonly Described[],
): readonly string[] {
  const wrong: string[] = [];
  for (const request of requests) {
    const name = nameOf(request);
    if (name in notCovered) continue;
    const same = described.filter(({ method, path }) => method === request.method && path.test(request.path));
    // One address serves several: it has to be like one of them.
    const [closest] = same
      .map((one) => differences(request, one).map((what) => `${name}: ${what} (${one.file})`))
      .sort((one, other) => one.length - other.length);
    wrong.push(...(closest ?? [`${name}: the collection has no such request`]));
  }
  return [...new Set(wrong)];
}

function differences(
  request: RecordedRequest,
  { file, query, contentType, body }: Described,
): readonly string[] {
  const { more = [], without = [], as: other } = beyond[file] ?? {};
  const sent = request.body ?? {};
  const wanted = request.body === null ? {} : (body ?? {});
  const type = request.contentType?.split(';')[0] ?? null;
  return [
    ...request.query.flatMap((name) => (query.includes(name) ? [] : [`?${name} is not described`])),
    ...(type === null || contentType === null || contentType === type || other === type
      ? []
      : [`${type} instead of ${contentType}`]),
    ...Object.keys(sent).flatMap((name) =>
      name in wanted || more.includes(name) ? [] : [`${name} is not described`],
    ),
    ...Object.entries(wanted).flatMap(([name, as]) => {
      if (!(name in sent)) return without.includes(name) ? [] : [`${name} lacks`];
      return sent[name] === as ? [] : [`${name} is ${sent[name]} instead of ${as}`];
    }),
  ];
}
