#!/usr/bin/env node
// Plain old syntax on purpose: this file must still parse where Node is too old for the rest.
var major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    'godwit needs Node 24 or newer; this is Node ' +
      process.versions.node +
      '. Install it from https://nodejs.org, or run: npx --package=node@24 --package=godwit godwit',
  );
  process.exit(1);
}
require('./start.cjs');
