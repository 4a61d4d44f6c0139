import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../../../tests/servers/index.ts';
import type { Position } from '../../model/index.ts';
import { type OpenedSchema, openSchema } from './opened-schema.contract.ts';

// A server of its own: every change in any of its databases counts.
describe.each([15, 18] as const)('a view of PostgreSQL %i', (major) => {
  describe.skipIf(skipWithoutPostgres(major))('beside an earlier one', () => {
    let server: PostgresServer;
    let opened: OpenedSchema;
    beforeAll(async () => {
      server = await startPostgres({ major });
      opened = await openSchema(server, await server.createDatabase(), 'CREATE TABLE a (id integer)');
    });
    afterAll(async () => {
      await opened[Symbol.asyncDispose]();
      await server.stop();
    });

    async function look(earlier?: Position): Promise<{ at: Position; same: boolean | undefined }> {
      await using snapshot = await opened.system.reads.snapshot();
      return { at: snapshot.position, same: earlier && snapshot.showsSame?.(earlier) };
    }

    it('shows the same while only the log moves', async () => {
      const { at } = await look();
      await opened.client.query('CHECKPOINT');
      const later = await look(at);
      expect(later.at).not.toBe(at);
      expect(later.same).toBe(true);
    });

    it.each(['INSERT INTO a VALUES (1)', 'TRUNCATE a', 'ALTER TABLE a ADD word text'])(
      'does not after %s',
      async (change) => {
        const { at } = await look();
        await opened.client.query(change);
        expect((await look(at)).same).toBe(false);
      },
    );

    it('does not when what was under way then was committed since', async () => {
      await opened.client.query('BEGIN; INSERT INTO a (id) VALUES (2)');
      const { at } = await look();
      expect((await look(at)).same).toBe(true);
      await opened.client.query('COMMIT');
      expect((await look(at)).same).toBe(false);
    });
  });
});
