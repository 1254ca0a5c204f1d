#!/usr/bin/env node
// The least that must happen before anything is loaded.
import { enableCompileCache } from 'node:module';

// SQLite is built into Node and announced as experimental; nobody who runs a backup can act on that.
const emitWarning = process.emitWarning.bind(process);
process.emitWarning = (warning: string | Error, ...rest: never[]) => {
  if (!String(warning).includes('SQLite is an experimental feature')) emitWarning(warning, ...rest);
};

enableCompileCache();
const { main } = await import('./main.ts');
await main(process.argv.slice(2));
