import { posix } from 'node:path';
import { machineBreaches, touchesTarget } from './machine-laws.ts';
import type { SourceFile } from './source-tree.ts';

/** The laws of the house (docs/internals/house.md), each a function from the source to what breaks it. */
export interface Violation {
  readonly law: string;
  readonly path: string;
  readonly message: string;
}

const floors: readonly (readonly string[])[] = [
  ['model'],
  ['host'],
  ['expressions', 'ledger'],
  ['connectors'],
  ['profile', 'engine', 'audit'],
  ['mapping', 'risk', 'sync'],
  ['runbook', 'guard', 'drafts', 'reports'],
  ['rehearsal', 'practice'],
  ['project'],
  ['cli', 'server', 'mcp'],
];
const noConnector = new Set(['mapping', 'risk', 'runbook']);
/** What several shelves read, write or do alike: entered through their door, knowing no shelf. */
const betweenShelves = new Set(['binary-copy', 'http', 'sql-servers', 'write-journal']);
const drawers = new Set([
  'util',
  'utils',
  'helper',
  'helpers',
  'common',
  'shared',
  'misc',
  'lib',
  'types',
  'constants',
  'interfaces',
]);

/** Which packages only one place may import. */
const drivers: readonly { readonly name: RegExp; readonly place: RegExp }[] = [
  { name: /^pg($|-|\/)/, place: /^src\/connectors\/postgres\// },
  { name: /^mysql2|zongji/, place: /^src\/connectors\/mysql\// },
  { name: /^mongodb/, place: /^src\/connectors\/mongodb\// },
  { name: /^csv-parse|^hyparquet|^read-excel-file/, place: /^src\/connectors\/files\// },
  { name: /^node:sqlite$/, place: /^src\/host\/sqlite-file\.ts$/ },
  { name: /^@dbos-inc\//, place: /^src\/engine\/journal\// },
];

export function checkLaws(files: readonly SourceFile[]): readonly Violation[] {
  const source = files.filter(({ path }) => path.startsWith('src/'));
  const shipped = source.filter(({ path }) => !isTest(path));
  return [
    ...shipped.flatMap(roomLaws),
    ...shipped.flatMap(driverLaw),
    ...shipped.flatMap(machineLaws),
    ...source.flatMap(({ path }) => drawerLaw(path)),
    ...cycleLaw(shipped),
    ...pathLaw(shipped, 'audit', 'engine', 'the auditor never imports the engine'),
    ...pathLaw(shipped, 'drafts', 'connectors', 'drafts have no path to a connector'),
    ...[...noConnector].flatMap((room) =>
      ['connectors', 'profile'].flatMap((entered) =>
        pathLaw(shipped, room, entered, `${room} has no path to ${entered}: what it reads is handed in`),
      ),
    ),
  ];
}

const isTest = (path: string): boolean => /\.(test|contract)\.ts$/.test(path);
const roomOf = (path: string): string => /^src\/([^/]+)\//.exec(path)?.[1] ?? '';
const floorOf = (room: string): number => floors.findIndex((floor) => floor.includes(room));
const inside = (file: SourceFile): readonly string[] =>
  file.imports
    .filter((name) => name.startsWith('.'))
    .map((name) => posix.join(posix.dirname(file.path), name));

function roomLaws(file: SourceFile): Violation[] {
  const room = roomOf(file.path);
  if (room === '') return [];
  if (floorOf(room) < 0) return [violation('rooms', file, `src/${room} is not a room of the house`)];
  return inside(file).flatMap((target) => {
    const entered = roomOf(target);
    if (entered === room) return shelfLaw(file, target);
    if (!/^src\/[^/]+\/index\.ts$/.test(target))
      return [violation('door', file, `enters ${target}; rooms are entered through their index.ts`)];
    if (floorOf(entered) >= floorOf(room))
      return [
        violation('floors', file, `${room} may not enter ${entered}: rooms only enter rooms below them`),
      ];
    if (noConnector.has(room) && (entered === 'connectors' || entered === 'profile')) {
      return [violation('floors', file, `${room} may not enter ${entered}: what it reads is handed in`)];
    }
    return [];
  });
}

/** A shelf knows the port, itself and what stands between the shelves, never another shelf. */
function shelfLaw(file: SourceFile, target: string): Violation[] {
  const shelf = /^src\/connectors\/([^/]+)\//.exec(file.path)?.[1];
  const entered = /^src\/connectors\/([^/]+)\//.exec(target)?.[1];
  if (shelf === undefined || entered === undefined || shelf === entered) return [];
  if (betweenShelves.has(entered) && target === `src/connectors/${entered}/index.ts`) return [];
  return [violation('shelves', file, `shelf ${shelf} enters shelf ${entered}`)];
}

function driverLaw(file: SourceFile): Violation[] {
  return file.imports.flatMap((name) => {
    if (name.startsWith('computed:'))
      return [violation('drivers', file, `imports a computed name ${name.slice(9)}`)];
    const driver = drivers.find((candidate) => candidate.name.test(name));
    return driver && !driver.place.test(file.path)
      ? [violation('drivers', file, `imports ${name} off its shelf`)]
      : [];
  });
}

function machineLaws(file: SourceFile): Violation[] {
  return machineBreaches(file, roomOf(file.path)).map(({ law, message }) => violation(law, file, message));
}

/** In the engine one file alone touches a target's writing side, and that file asks the warrant. */
export function writeLaw(files: readonly SourceFile[]): readonly Violation[] {
  return files
    .filter((file) => roomOf(file.path) === 'engine' && !isTest(file.path) && touchesTarget(file))
    .map((file) =>
      violation('warrant', file, 'touches a target without a warrant; go through WarrantedTarget'),
    );
}

function drawerLaw(path: string): Violation[] {
  const part = path.split('/').find((name) => drawers.has(name.replace(/(\.test)?\.ts$/, '')));
  return part === undefined
    ? []
    : [
        {
          law: 'drawers',
          path,
          message: `"${part}" is a drawer: find the word that is missing in the domain`,
        },
      ];
}

function cycleLaw(files: readonly SourceFile[]): Violation[] {
  const edges = new Map(files.map((file) => [file.path, inside(file)]));
  const done = new Set<string>();
  const found: Violation[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      const cycle = [...trail.slice(trail.indexOf(path)), path];
      found.push({ law: 'cycles', path, message: cycle.join(' -> ') });
      return;
    }
    if (done.has(path)) return;
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const { path } of files) visit(path, []);
  return found;
}

/** No chain of imports leads from one room to another, also not through a third. */
function pathLaw(files: readonly SourceFile[], from: string, to: string, message: string): Violation[] {
  const edges = new Map(files.map((file) => [file.path, inside(file)]));
  return files
    .filter(({ path }) => roomOf(path) === from)
    .flatMap((file) => {
      const chain = chainTo(file.path, to, edges, new Set());
      return chain ? [violation('paths', file, `${message}: ${chain.join(' -> ')}`)] : [];
    });
}

function chainTo(
  path: string,
  room: string,
  edges: ReadonlyMap<string, readonly string[]>,
  seen: Set<string>,
): string[] | null {
  if (seen.has(path)) return null;
  seen.add(path);
  if (roomOf(path) === room) return [path];
  for (const next of edges.get(path) ?? []) {
    const rest = chainTo(next, room, edges, seen);
    if (rest) return [path, ...rest];
  }
  return null;
}

const violation = (law: string, file: SourceFile, message: string): Violation => ({
  law,
  path: file.path,
  message,
});
