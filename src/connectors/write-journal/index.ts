/** What a target without transactions cannot keep itself: what is being written there, what was, and how to take it back. */
export * from './write-journal.ts';
