import { type CallResult, multipartForm } from '../http/index.ts';
import type { AccountApi } from './account-api.ts';
import { type Json, listIn, memberOf, textIn } from './answer-parts.ts';
import { answerUnreadable, callRefused } from './faults.ts';
import { type FileThere, readFile } from './file-fields.ts';
import { bodyOf, refusalOf } from './refusal.ts';

const pageMost = 100;
const base = '/files/v3/files';

export type Uploaded =
  | { readonly kind: 'there'; readonly file: FileThere }
  | { readonly kind: 'refused'; readonly status: number; readonly body: Json }
  /** Nobody knows whether it was carried out. */
  | { readonly kind: 'unknown' };

/** The files of an account. */
export class FileStore {
  readonly #api: AccountApi;

  constructor(api: AccountApi) {
    this.#api = api;
  }

  /** In the order of ids, a page a call; of those behind `after` and up to `upTo`. Throws `hubspot.answer-unreadable`. */
  async *list(after: string | null, upTo: string | null): AsyncGenerator<readonly FileThere[]> {
    const label = 'list files';
    let last = BigInt(after ?? -1);
    for (;;) {
      const bounds = `&idGte=${last + 1n}${upTo === null ? '' : `&idLte=${upTo}`}`;
      const path = `${base}/search?sort=id&limit=${pageMost}${bounds}`;
      const page = listIn(await this.#api.json({ method: 'GET', path, label }), 'results').map(readFile);
      for (const { id } of page) {
        if (BigInt(id) <= last) throw answerUnreadable(label, 'its list is not in the order of ids');
        last = BigInt(id);
      }
      if (page.length > 0) yield page;
      if (page.length < pageMost) return;
    }
  }

  /** Null where there is none. */
  async at(path: string): Promise<FileThere | null> {
    const place = path.replace(/^\//, '').split('/').map(encodeURIComponent).join('/');
    const told = await this.#look(`${base}/stat/${place}`);
    return told === null ? null : readFile(memberOf(told, 'file'));
  }

  async byId(id: string): Promise<FileThere | null> {
    const told = await this.#look(`${base}/${id}`);
    return told === null ? null : readFile(told);
  }

  /** The bytes, by an address that is signed for this one time; that may be on another host, which sees no token. */
  async content(id: string): Promise<Uint8Array> {
    const label = 'address of a file';
    const told = await this.#api.json({ method: 'GET', path: `${base}/${id}/signed-url`, label });
    return await this.#api.download(textIn(told, 'url'));
  }

  /**
   * Sends a file, private. A call that is carried out twice finds its own content in the folder and makes no second file; where that
   * is another file's with the same content, `again` sends it all the same.
   */
  async upload(path: string, content: Uint8Array, again: boolean): Promise<Uploaded> {
    const at = path.lastIndexOf('/');
    const options = {
      access: 'PRIVATE',
      overwrite: false,
      duplicateValidationStrategy: again ? 'NONE' : 'RETURN_EXISTING',
      duplicateValidationScope: 'EXACT_FOLDER',
    };
    const folderPath = at <= 0 ? '/' : path.slice(0, at);
    // A part of its own: what a name may hold in the head of a part differs from reader to reader.
    const fileName = path.slice(at + 1);
    const texts = Object.entries({ folderPath, fileName, options: JSON.stringify(options) });
    const form = multipartForm([
      ...texts.map(([name, text]) => ({ name, type: null, content: text })),
      { name: 'file', type: 'application/octet-stream', content },
    ]);
    const label = 'upload a file';
    const sent = { method: 'POST', path: base, label, repeat: 'once', ...form } as const;
    return judged(await this.#api.sendBytes(sent), label);
  }

  /** One that is not there any more is removed already. */
  async remove(id: string): Promise<void> {
    const label = 'remove a file';
    const result = await this.#api.send({ method: 'DELETE', path: `${base}/${id}`, label, repeat: 'keyed' });
    if (result.kind === 'answered' && result.answer.status >= 300 && result.answer.status !== 404)
      throw refusalOf(label, result.answer);
  }

  async #look(path: string): Promise<Json> {
    const label = 'look at a file';
    const result = await this.#api.send({ method: 'GET', path, label, repeat: 'keyed' });
    if (result.kind === 'unknown') throw answerUnreadable(label, result.why);
    const { answer } = result;
    if (answer.status === 404) return null;
    if (answer.status >= 300) throw refusalOf(label, answer);
    return bodyOf(answer);
  }
}

/** Throws where the call itself was refused, and not this file. */
function judged(result: CallResult, label: string): Uploaded {
  if (result.kind === 'unknown') return { kind: 'unknown' };
  const { answer } = result;
  const body = bodyOf(answer);
  if (answer.status < 300) return { kind: 'there', file: readFile(body) };
  if ([400, 409, 413, 422].includes(answer.status)) return { kind: 'refused', status: answer.status, body };
  if (answer.status === 415) throw callRefused(label, answer.status, 'unsupported form');
  throw refusalOf(label, answer);
}
