import type { Row, Value } from '../../model/index.ts';
import type { TypedNode } from '../nodes/index.ts';
import type { Environment } from '../program.ts';

/** What a node becomes: a function of the record. Closures hold other closures and allocate nothing of their own. */
export type Closure = (row: Row, environment: Environment) => Value;

/** Makes closures of nodes; handed down so that each kind can be written without knowing the others. */
export type MakeClosure = (node: TypedNode) => Closure;
