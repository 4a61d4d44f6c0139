import type { Completion, FieldType, Schema, SchemaObject } from '../model/index.ts';

/** Part of the port: how a target makes what it does not have. */
export interface CreationInParts {
  readonly statements: readonly string[];
  readonly completions: readonly Completion[];
  /** Of the schema's objects, those that come along: types, functions, sequences, partitions. */
  readonly objects: readonly SchemaObject[];
}

/** Nothing, or every record the relations hold in the system itself. */
export type SandboxHolds = 'nothing' | 'records';

export interface Creates {
  /** The statements that would create these relations here, in order: what a runbook shows. Same kind: exact native types. */
  statements(schema: Schema, relations: readonly string[]): readonly string[];
  /**
   * The same in two parts: `mayWait` says of a key, an index or a foreign key of these relations, by its name, that the
   * records will hold it whenever it comes. Absent where everything has to stand before the first record.
   */
  inParts?(
    schema: Schema,
    relations: readonly string[],
    mayWait: (relation: string, name: string) => boolean,
  ): CreationInParts;
  create(statements: readonly string[]): Promise<void>;
  /**
   * Carries out one statement of `inParts` in a transaction of its own, unless what it makes is there; one that is half
   * built is taken away first. Answers whether there was anything to do. Present where `inParts` is.
   */
  complete?(completion: Completion): Promise<boolean>;
  /** Takes a foreign key that `complete` added away again; answers whether it was there. Present where `inParts` is. */
  uncomplete?(completion: Completion): Promise<boolean>;
  /** The type as which a field of that type is read back, once its relation was created here as one of another kind. */
  createdType(type: FieldType): FieldType;
  /**
   * Takes away relations that `create` made; one that is not there is no matter. All of them have to be empty: otherwise
   * nothing is taken away, and the answer names those that hold records.
   */
  drop(relations: readonly string[]): Promise<readonly string[]>;
  /**
   * Creates a sandbox beside this system (a schema, a file) with the structure of these relations, empty or with their records,
   * and with the records of the relations that these only refer to. An existing sandbox of that name is emptied first. Only names
   * that start with `godwit_` are accepted. Answers with what of the structure could not come along, a line with the reason for each.
   *
   * @param holds what the relations hold in it; default: nothing
   */
  createSandbox(name: string, relations: readonly string[], holds?: SandboxHolds): Promise<readonly string[]>;
  dropSandbox(name: string): Promise<void>;
}
