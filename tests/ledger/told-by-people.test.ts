import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AttackedProject, errorCode } from '../attacks/attacked-project.ts';
import { sharedPostgres, skipWithoutPostgres } from '../servers/index.ts';

describe.each([
  ['files', false],
  ['PostgreSQL', skipWithoutPostgres(18)],
])('what people tell a ledger in %s', (where, isMissing) => {
  describe.skipIf(isMissing)('can be erased, and everything else stays', () => {
    let project: AttackedProject;
    beforeAll(async () => {
      project = new AttackedProject();
      for (const name of ['old', 'new']) {
        using file = new DatabaseSync(project.path(`${name}.sqlite`));
        file.exec('create table item (id integer primary key, name text)');
      }
      project.makePeople();
      const systems = ['--source', 'sqlite:old.sqlite', '--target', 'sqlite:new.sqlite'];
      await project.walk(['init', ...systems, '--name', 'told']);
      project.edit('godwit.yaml', 'people: []\n', project.peopleText());
      if (where === 'files') return;
      const server = await sharedPostgres(18);
      const { host, port, user } = server;
      project.environment['GODWIT_LEDGER_PASSWORD'] = server.password;
      const access = `host: "${host}", port: ${port}, database: ${await server.createDatabase()}, user: ${user}`;
      project.write(
        'godwit.yaml',
        `${project.read('godwit.yaml')}\nledger: { kind: postgres, ${access}, password_env: GODWIT_LEDGER_PASSWORD, tls: off }\n`,
      );
    });
    afterAll(() => project[Symbol.dispose]());

    test('note, read, bundle, erase, verify; a witness sees it grow', async () => {
      await project.walk(
        ['ledger', 'note', 'called Zoë Ødegård about 4711'],
        ['ledger', 'trust'],
        ['ledger', 'bundle', '--out', 'before.gwproof'],
      );
      expect((await project.godwit(['ledger', 'read', '1'])).out).toContain('Ødegård');
      const erased = await project.godwit(['ledger', 'erase', '1', '--reason', 'asked to']);
      expect(erased.out).toContain('body and salt are gone');
      expect((await project.godwit(['ledger', 'read', '1'])).out).toMatch(/\nerased/);
      expect((await project.godwit(['ledger', 'erase', '1', '--reason', 'again'])).out).toContain('not here');
      const verified = await project.godwit(['ledger', 'verify']);
      expect([verified.exit, verified.out]).toEqual([0, expect.stringMatching(/2 entries.*\n1 body erased/)]);
      await project.walk(
        ['ledger', 'offer', '--out', 'grown.offer'],
        ['ledger', 'bundle', '--out', 'after.gwproof'],
        ['ledger', 'verify', 'before.gwproof', '--trust', 'trust.json'],
      );
      const after = await project.godwit(['ledger', 'verify', 'after.gwproof', '--trust', 'trust.json']);
      expect([after.exit, after.out]).toEqual([0, expect.stringContaining('(1 erased)')]);
      for (const { name, content } of project.files())
        expect([name, content.includes('degÃ¥rd')]).toEqual([name, false]);
      expect(errorCode(await project.godwit(['ledger', 'erase', '2', '--reason', 'x']))).toBe(
        'project.no-body',
      );
    });
  });
});
