import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Random } from '../../host/index.ts';
import { readMultipart } from '../multipart.ts';
import { emptyAnswer, jsonAnswer, type PracticeAnswer, type PracticeRequest } from '../practice-message.ts';
import type { PracticeState } from '../practice-state.ts';
import { Sequence } from '../sequence.ts';
import { showMs } from './read-value.ts';
import { invalid, notFound, Refusal } from './refusal.ts';
import type { ApiCall, Route } from './route.ts';

const accesses = ['PUBLIC_INDEXABLE', 'PUBLIC_NOT_INDEXABLE', 'PRIVATE'] as const;
const options = z.strictObject({
  access: z.enum(accesses),
  ttl: z.string().optional(),
  overwrite: z.boolean().default(false),
  duplicateValidationStrategy: z.enum(['NONE', 'REJECT', 'RETURN_EXISTING']).default('NONE'),
  duplicateValidationScope: z.enum(['ENTIRE_PORTAL', 'EXACT_FOLDER']).default('ENTIRE_PORTAL'),
});
/** The most files of one page. */
const pageMost = 100;
const signedMs = 60 * 60 * 1000;
const known = ['file', 'fileName', 'folderPath', 'folderId', 'options', 'charsetHunch'];

/** The file manager: uploads, and downloads of private files by an address that lasts for an hour. */
export class Files {
  readonly #state: PracticeState;
  readonly #sequence: Sequence;
  readonly #random: Random;
  readonly #hubId: () => number;

  constructor(state: PracticeState, random: Random, hubId: () => number) {
    this.#state = state;
    this.#sequence = new Sequence(state);
    this.#random = random;
    this.#hubId = hubId;
    state.run(`
      CREATE TABLE IF NOT EXISTS files (
        id INTEGER PRIMARY KEY, name TEXT, folder TEXT, type TEXT, access TEXT, md5 TEXT, content BLOB, created_ms INTEGER);
      CREATE INDEX IF NOT EXISTS files_by_content ON files (md5);
      CREATE TABLE IF NOT EXISTS signed_urls (word TEXT PRIMARY KEY, id INTEGER, until_ms INTEGER)`);
  }

  routes(): readonly Route[] {
    const scopes = () => ['files'];
    const one = 'files/v3/files/{id}';
    return [
      { method: 'POST', path: 'files/v3/files', scopes, answer: (call) => this.#upload(call) },
      {
        method: 'GET',
        path: 'files/v3/files/search',
        query: ['limit', 'after', 'idGte', 'idLte', 'sort'],
        scopes,
        answer: (call) => this.#search(call),
      },
      {
        method: 'GET',
        path: 'files/v3/files/stat/{path*}',
        scopes,
        answer: (call) => jsonAnswer(200, { file: this.#show(call, this.#idAt(call.place('path'))) }),
      },
      {
        method: 'GET',
        path: one,
        query: ['properties'],
        scopes,
        answer: (call) => jsonAnswer(200, this.#show(call, call.place('id'))),
      },
      { method: 'DELETE', path: one, scopes, answer: (call) => this.#remove(call) },
      { method: 'DELETE', path: `${one}/gdpr-delete`, scopes, answer: (call) => this.#remove(call) },
      {
        method: 'GET',
        path: `${one}/signed-url`,
        query: ['size', 'expirationSeconds', 'upscale'],
        scopes,
        answer: (call) => this.#sign(call),
      },
    ];
  }

  /** `hubfs/...`: the bytes; of a private file only with the word of a signed address. Throws 403 and 404. */
  download({ path, query, nowMs }: PracticeRequest): PracticeAnswer {
    const id = /^\/hubfs\/\d+\/(\d+)\//.exec(path)?.[1] ?? '0';
    const row = this.#state
      .statement('SELECT type, access, content FROM files WHERE id = ?')
      .first(Number(id));
    if (row === undefined) throw notFound();
    const signed = this.#state
      .statement('SELECT 1 FROM signed_urls WHERE word = ? AND id = ? AND until_ms > ?')
      .first(query.get('signature') ?? '', Number(id), nowMs);
    if (row[1] === 'PRIVATE' && signed === undefined) throw new Refusal(403, { message: 'Forbidden' });
    return { status: 200, headers: { 'Content-Type': String(row[0]) }, body: row[2] as Uint8Array };
  }

  #upload(call: ApiCall): PracticeAnswer {
    const { headers, body, nowMs } = call.request;
    const parts = readMultipart(headers['content-type'] ?? '', body);
    if (parts === null) throw new Refusal(415, { message: 'Unsupported Media Type' });
    const stray = parts.find(({ name }) => !known.includes(name));
    if (stray !== undefined) throw invalid(`practice: no part ${stray.name} is described for an upload`);
    const textOf = (name: string) => parts.find((part) => part.name === name)?.content.toString('utf8');
    const file = parts.find(({ name }) => name === 'file');
    const folder = textOf('folderPath') ?? textOf('folderId');
    if (file === undefined || folder === undefined || textOf('options') === undefined)
      throw invalid('file, options and one of folderPath and folderId are required');
    const read = readOptions(textOf('options') ?? '');
    const { access, overwrite, duplicateValidationStrategy: strategy } = read;
    const place = folder.startsWith('/') ? folder : `/${folder}`;
    const md5 = createHash('md5').update(file.content).digest('hex');
    const scope = read.duplicateValidationScope === 'EXACT_FOLDER' ? place : null;
    const same = this.#state
      .statement('SELECT id FROM files WHERE md5 = ? AND folder = coalesce(?, folder)')
      .first(md5, scope);
    if (same !== undefined && strategy === 'RETURN_EXISTING')
      return jsonAnswer(201, this.#show(call, String(same[0])));
    if (same !== undefined && strategy === 'REJECT')
      throw new Refusal(409, {
        message: `File ${String(same[0])} has the same content`,
        category: 'CONFLICT',
      });
    const asked = textOf('fileName') ?? file.fileName ?? 'file';
    const name = this.#freeName(asked, place, overwrite);
    const id = 180_000_000_000 + this.#sequence.next('files');
    this.#state
      .statement('INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
      .run(id, name, place, file.type, access, md5, file.content, nowMs);
    return jsonAnswer(201, this.#show(call, String(id)));
  }

  /** A name that is taken gets a number behind it, unless the file there is replaced. */
  #freeName(asked: string, folder: string, overwrite: boolean): string {
    const taken = this.#state.statement('SELECT 1 FROM files WHERE name = ? AND folder = ?');
    if (overwrite)
      this.#state.statement('DELETE FROM files WHERE name = ? AND folder = ?').run(asked, folder);
    const [stem, ending] = splitName(asked);
    let name = asked;
    for (let at = 1; taken.first(name, folder) !== undefined; at += 1) name = `${stem}-${at}${ending}`;
    return name;
  }

  #show({ request }: ApiCall, id: string): unknown {
    const row = this.#state
      .statement(
        'SELECT name, folder, type, access, length(content), created_ms, md5 FROM files WHERE id = ?',
      )
      .first(Number(id));
    if (row === undefined) throw notFound();
    const [name = '', folder, type, access, size, created, md5] = row;
    const [stem, ending] = splitName(String(name));
    const url = this.#urlOf(request, id, String(name));
    const day = showMs(Number(created));
    return {
      id,
      name: stem,
      extension: ending.slice(1),
      path: `${folder === '/' ? '' : String(folder)}/${String(name)}`,
      type: kindOf(String(type)),
      access,
      size: Number(size),
      encoding: 'none',
      fileMd5: md5,
      url,
      defaultHostingUrl: url,
      isUsableInContent: true,
      archived: false,
      createdAt: day,
      updatedAt: day,
    };
  }

  /** A page in the order of ids. Throws 400. */
  #search(call: ApiCall): PracticeAnswer {
    const { query } = call.request;
    const limit = Number(query.get('limit') ?? 10);
    if (!Number.isInteger(limit) || limit < 1 || limit > pageMost)
      throw invalid(`limit must be between 1 and ${pageMost}`);
    if ((query.get('sort') ?? 'id') !== 'id') throw invalid('practice: files are sorted by id alone');
    const from = Math.max(Number(query.get('idGte') ?? 0), Number(query.get('after') ?? 0));
    const upTo = Number(query.get('idLte') ?? Number.MAX_SAFE_INTEGER);
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(upTo))
      throw invalid('idGte and idLte are numbers');
    const ids = this.#state
      .statement('SELECT id FROM files WHERE id >= ? AND id <= ? ORDER BY id LIMIT ?')
      .all(from, upTo, limit + 1)
      .map(([id]) => String(id));
    const next = ids[limit];
    const results = ids.slice(0, limit).map((id) => this.#show(call, id));
    return jsonAnswer(200, {
      results,
      ...(next === undefined ? {} : { paging: { next: { after: next } } }),
    });
  }

  /** `folder/name`; a path may begin with a slash. Throws 404. */
  #idAt(path: string): string {
    const at = path.lastIndexOf('/');
    const folder = at <= 0 ? '/' : path.slice(0, at);
    const row = this.#state
      .statement('SELECT id FROM files WHERE name = ? AND folder = ?')
      .first(path.slice(at + 1), folder.startsWith('/') ? folder : `/${folder}`);
    if (row === undefined) throw notFound();
    return String(row[0]);
  }

  #sign(call: ApiCall): PracticeAnswer {
    const { request, place } = call;
    const shown = this.#show(call, place('id')) as Readonly<Record<string, unknown>>;
    const word = Buffer.from(this.#random.bytes(24)).toString('base64url');
    const untilMs = request.nowMs + signedMs;
    this.#state.statement('INSERT INTO signed_urls VALUES (?, ?, ?)').run(word, Number(place('id')), untilMs);
    const { name, extension, type, size, url } = shown;
    return jsonAnswer(200, {
      name,
      extension,
      type,
      size,
      expiresAt: showMs(untilMs),
      url: `${String(url)}?signature=${word}`,
    });
  }

  #remove(call: ApiCall): PracticeAnswer {
    this.#show(call, call.place('id'));
    this.#state.statement('DELETE FROM files WHERE id = ?').run(Number(call.place('id')));
    return emptyAnswer(204);
  }

  #urlOf({ origin }: PracticeRequest, id: string, name: string): string {
    return `${origin}/hubfs/${this.#hubId()}/${id}/${encodeURIComponent(name)}`;
  }
}

function readOptions(text: string): z.output<typeof options> {
  try {
    return options.parse(JSON.parse(text));
  } catch (error) {
    throw invalid(`Invalid options: ${error instanceof z.ZodError ? z.prettifyError(error) : String(error)}`);
  }
}

function splitName(name: string): readonly [stem: string, ending: string] {
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? [name, ''] : [name.slice(0, dot), name.slice(dot)];
}

function kindOf(type: string): string {
  if (type.startsWith('image/')) return 'IMG';
  return type.startsWith('audio/') ? 'AUDIO' : type.startsWith('video/') ? 'MOVIE' : 'DOCUMENT';
}
