import('../dist/cli/main.js').catch(function (error) {
  console.error(error);
  process.exit(70);
});
