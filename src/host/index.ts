/** What the machine gives: time, randomness, hashing, signing, sealing, an SQLite file, threads. Interfaces first, the real ones beside them. */
export * from './clock.ts';
export * from './hashing.ts';
export * from './key-file.ts';
export * from './log.ts';
export * from './notary.ts';
export * from './package-place.ts';
export * from './practice-clock.ts';
export * from './random.ts';
export * from './run-program.ts';
export * from './seal.ts';
export * from './signing.ts';
export * from './sink-worker.ts';
export * from './sqlite-file.ts';
export * from './ssh-key.ts';
export * from './steady-time.ts';
export * from './webassembly.ts';
export * from './worker.ts';
