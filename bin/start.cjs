// What Node compiles is kept for the next start, which it makes half as long; below the person's own folder, since kept code is
// run as it is. Where nothing can be written everything works too, only slower.
var kept = process.env.NODE_COMPILE_CACHE || ownFolder();
if (kept) {
  // Threads take it from here.
  process.env.NODE_COMPILE_CACHE = kept;
  require('node:module').enableCompileCache(kept);
}
import('../dist/cli/main.js').catch(function (error) {
  console.error(error);
  process.exit(70);
});

function ownFolder() {
  try {
    return require('node:path').join(require('node:os').homedir(), '.cache', 'godwit');
  } catch {
    return '';
  }
}
