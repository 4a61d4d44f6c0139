import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8 from exchanging the small pieces of code by which WebAssembly calls JavaScript once they have been called a thousand
 * times. Freeing the old piece ends the whole process now and then where others are made at the same moment in another thread
 * ("Check failed: jit_page.has_value()", seen with Node 24). Call it before the first WebAssembly is loaded.
 */
export function keepWebAssemblyCalls(): void {
  setFlagsFromString('--wasm-wrapper-tiering-budget=1000000000');
}
