import { parseSync } from 'oxc-parser';

/** What a file uses of the machine, read from its syntax tree: comments, strings and types do not count. */
export interface UsedNames {
  /** Dotted names as far as they are written out, without `globalThis`: `process.env.HOME`, `Date.now`, `crypto`. */
  readonly names: readonly string[];
  /** What is called or made: `Date`, `setTimeout`; `new Date` only where nothing is handed in. */
  readonly calls: readonly string[];
  /** Values that are imported by name: `node:crypto randomBytes`; `node:process *` for all of a module. */
  readonly taken: readonly string[];
}

interface Node {
  readonly type: string;
  readonly [part: string]: unknown;
}

export function usedNames(path: string, text: string): UsedNames {
  const found = { names: new Set<string>(), calls: new Set<string>(), taken: new Set<string>() };
  visit(parseSync(path, text).program as unknown as Node, found);
  return { names: [...found.names], calls: [...found.calls], taken: [...found.taken] };
}

interface Found {
  readonly names: Set<string>;
  readonly calls: Set<string>;
  readonly taken: Set<string>;
}

function visit(node: Node, found: Found): void {
  // A type only has a name; nothing of it is there when the program runs.
  if (/^TS(?:Type|Interface)/.test(node.type) && node.type !== 'TSTypeAssertion') return;
  if (node.type === 'ImportDeclaration') return addTaken(node, found);
  const name = dottedName(node);
  if (name !== null) found.names.add(name);
  if (node.type === 'CallExpression' || (node.type === 'NewExpression' && isEmpty(node['arguments'])))
    addCall(node['callee'] as Node, found);
  const unpacked = node.type === 'VariableDeclarator' && addPattern(node, found);
  for (const [part, child] of Object.entries(node)) {
    if (isToldAlready(node, part, name) || (unpacked && part === 'init')) continue;
    for (const one of Array.isArray(child) ? child : [child]) if (isNode(one)) visit(one, found);
  }
}

/** The parts of a dotted name, and a key, are names of their own only together with what stands before them. */
function isToldAlready(node: Node, part: string, name: string | null): boolean {
  if (part === 'object') return name !== null && !name.startsWith('.');
  return node['computed'] !== true && (part === 'property' || (part === 'key' && node['shorthand'] !== true));
}

function addCall(callee: Node, found: Found): void {
  const name = dottedName(callee);
  if (name !== null) found.calls.add(name);
}

function addTaken(node: Node, { taken }: Found): void {
  if (node['importKind'] === 'type') return;
  const from = (node['source'] as Node)['value'] as string;
  for (const specifier of node['specifiers'] as readonly Node[]) {
    if (specifier['importKind'] === 'type') continue;
    const imported = specifier['imported'] as Node | undefined;
    taken.add(`${from} ${imported === undefined ? '*' : String(imported['name'] ?? imported['value'])}`);
  }
}

/** `const { env } = process` is `process.env`; true where the pattern was read so. */
function addPattern({ id, init }: Node, { names }: Found): boolean {
  const pattern = id as Node;
  const from = isNode(init) ? dottedName(init) : null;
  if (pattern.type !== 'ObjectPattern' || from === null) return false;
  for (const property of pattern['properties'] as readonly Node[]) {
    const key = property['key'] as Node | undefined;
    const name = key?.['name'] ?? key?.['value'];
    names.add(typeof name === 'string' && property['computed'] !== true ? `${from}.${name}` : `${from}.*`);
  }
  return true;
}

/** Null for what is not a name followed by names; behind something else the name begins with a dot: `.writes`. */
function dottedName(node: Node): string | null {
  if (node.type === 'Identifier') return node['name'] as string;
  if (node.type === 'ChainExpression') return dottedName(node['expression'] as Node);
  if (node.type !== 'MemberExpression') return null;
  const [object, property] = [node['object'] as Node, node['property'] as Node];
  const written = node['computed'] === true ? property['value'] : property['name'];
  const name = typeof written === 'string' ? written : '*';
  const before = dottedName(object) ?? '';
  return before === 'globalThis' || before === 'global' ? name : `${before}.${name}`;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Partial<Node>).type === 'string';
const isEmpty = (list: unknown): boolean => Array.isArray(list) && list.length === 0;
