#!/usr/bin/env node
// The least that must happen before anything is loaded; it has to start on an old Node to be able to say so.
import * as nodeModule from 'node:module';
import { version } from './version.ts';

const oldestNode = '22.18.0';

// SQLite is built into Node and announced as experimental; nobody who runs a backup can act on that.
const emitWarning = process.emitWarning.bind(process);
process.emitWarning = (warning: string | Error, ...rest: never[]) => {
  if (!String(warning).includes('SQLite is an experimental feature')) emitWarning(warning, ...rest);
};

/** Shells and scripts ask for these all the time: answered without reading the command line any further. */
async function shortAnswer([only, ...more]: readonly string[]): Promise<string | undefined> {
  if (more.length > 0) return undefined;
  if (only === '--version' || only === '-V') return `${version}\n`;
  const isHelp = only === '--help' || only === '-h' || only === 'help';
  return isHelp ? (await import('./help/layout.ts')).rootHelp() : undefined;
}

function tooOld(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = oldestNode.split('.').map(Number);
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}

const argv = process.argv.slice(2);
if (tooOld()) {
  process.stderr.write(`umbra needs Node ${oldestNode} or newer; this is Node ${process.versions.node}.\n`);
  process.exitCode = 1;
} else {
  nodeModule.enableCompileCache();
  const answer = await shortAnswer(argv);
  if (answer === undefined) await (await import('./main.ts')).main(argv);
  else process.stdout.on('error', () => {}).write(answer);
}
