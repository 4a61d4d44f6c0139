/** godwit as a library: the same verbs as the command line, and the words they speak in. */
export * from './model/index.ts';
export * from './project/index.ts';
