import type { RecordBatch, Row, Value } from '../model/index.ts';
import type { Exports, OpenSystem, Snapshot } from './port.ts';
import type { ReadPace } from './read-pace.ts';

/** The same source, read no faster than its pace allows. Counting and cutting are the server's own work and are not slowed. */
export function pacedSystem(system: OpenSystem, pace: ReadPace): OpenSystem {
  return otherwise<OpenSystem>(system, {
    reads: { snapshot: async (view) => pacedSnapshot(await system.reads.snapshot(view), pace) },
  });
}

function pacedSnapshot(snapshot: Snapshot, pace: ReadPace): Snapshot {
  const { exports } = snapshot;
  return otherwise<Snapshot>(snapshot, {
    read: (...asked) => pace.through(snapshot.read(...asked), bytesOfBatch),
    fetch: (...asked) => pace.through(snapshot.fetch(...asked), bytesOfBatch),
    ...(snapshot.changed && {
      changed: (...asked) => {
        const changed = snapshot.changed?.(...asked) ?? null;
        return changed && pace.through(changed, bytesOfBatch);
      },
    }),
    ...(exports && { exports: pacedExports(exports, pace) }),
  });
}

function pacedExports(exports: Exports, pace: ReadPace): Exports {
  return otherwise<Exports>(exports, {
    export: (...asked) => pace.through(exports.export(...asked), (chunk) => chunk.byteLength),
  });
}

/** Everything as it is, its absent abilities too, but for these members. What `bind` makes is no disposer for `await using`. */
function otherwise<Whole extends object>(whole: Whole, instead: Partial<Whole>): Whole {
  return new Proxy(whole, {
    get: (of, name) => {
      if (Object.hasOwn(instead, name)) return Reflect.get(instead, name) as unknown;
      const value: unknown = Reflect.get(of, name, of);
      return typeof value === 'function'
        ? (...given: unknown[]): unknown => Reflect.apply(value, of, given)
        : value;
    },
  });
}

/** About the bytes of its values; of text each character counts as one. */
function bytesOfBatch({ rows }: RecordBatch): number {
  return rows.reduce((sum, row) => sum + bytesOfRow(row), 0);
}

function bytesOfRow(row: Row): number {
  let bytes = 0;
  for (const value of row) bytes += bytesOfValue(value);
  return bytes;
}

function bytesOfValue(value: Value): number {
  if (value === null || typeof value === 'boolean') return 1;
  if (typeof value === 'string') return value.length;
  return value instanceof Uint8Array ? value.byteLength : bytesOfRow(value);
}
