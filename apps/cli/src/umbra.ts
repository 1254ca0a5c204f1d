#!/usr/bin/env node
// The least that must happen before anything is loaded; it has to start on an old Node to be able to say so.
import { lstatSync, mkdirSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder, isOfKernel, keepToOurselves, startShim, stateFolder } from '@umbracore/runtime/place';
import { loadProgram } from './code-cache.ts';
import { becomeLean, isLean } from './daemon/become-lean.ts';
import { askEarly, earlyPath } from './daemon/early-question.ts';
import { readNote } from './daemon/read-note.ts';
import { statusInWords } from './daemon/status-in-words.ts';
import { whyNot } from './daemon/why-not.ts';
import type * as mainProgram from './main.ts';
import { consoleTo } from './output/console-to.ts';
import { writeAtOnce } from './output/write-at-once.ts';
import type * as runProgram from './run.ts';
import { version } from './version.ts';

const oldestNode = '22.18.0';

// What is announced as experimental, such as the SQLite of Node and plug-ins in TypeScript: nobody who runs a backup can act on that.
const emitWarning = process.emitWarning.bind(process);
process.emitWarning = (warning: string | Error, ...rest: never[]) => {
  if (!/(?:SQLite|process\.execve|Type Stripping|glob|vm\.\w+) is an experimental feature/.test(String(warning)))
    emitWarning(warning, ...rest);
};

consoleTo('stderr');

/** Shells and scripts ask for these all the time: answered without reading the command line any further. */
async function shortAnswer([only, ...more]: readonly string[]): Promise<string | undefined> {
  if (more.length > 0) return undefined;
  if (only === '--version' || only === '-V') return `${version}\n`;
  const isHelp = only === '--help' || only === '-h' || only === 'help';
  return isHelp ? (await import('./help/layout.ts')).rootHelp() : undefined;
}

/** The line that is given most often, and by programs: how all jobs stand, for people. */
async function plainStatus(argv: readonly string[]): Promise<number | undefined> {
  if (argv.length !== 1 || argv[0] !== 'status') return undefined;
  const note = readNote(stateFolder(place));
  if (note === undefined || whyNot(note, { ...place, cwd: process.cwd() }) !== undefined) return undefined;
  return await statusInWords(note, place.env);
}

/** Commands that a daemon carries out, as `quick` knows them. */
const forDaemon = new Set(['run', 'status', 'cancel', 'snapshots', 'ls', 'find', 'growth', 'diff']);

/**
 * What became of the line by the daemon, as `quick` has it. Where there is none, nothing is loaded to find that out; where
 * there is one, it works on its answer while the rest is loaded.
 */
async function byDaemon(argv: readonly string[]): Promise<number | 'refused' | undefined> {
  if (!argv.some((word) => forDaemon.has(word))) return undefined;
  const note = readNote(stateFolder(place));
  if (note === undefined) return undefined;
  const path = earlyPath(argv);
  const early = path === undefined ? undefined : askEarly(note.socket, path);
  return await (await import('./quick.ts')).quick(argv, early);
}

/** An engine needs a shim, which takes as long to start as all that is loaded here: it starts meanwhile. */
async function runHere(compiled: string | undefined): Promise<void> {
  const shim = startShim();
  const loaded = loadProgram(join(import.meta.dirname, 'run.cjs'), compiled && join(compiled, 'run.code'));
  await (loaded.exports as typeof runProgram).run(argv, true, shim);
  loaded.forget();
}

/**
 * All commands in one file, each with its own code: even what is kept takes its time to be read. A daemon lives long and is to be
 * small: it has files that are loaded piece by piece.
 */
async function main(compiled: string | undefined): Promise<typeof mainProgram> {
  const [word = ''] = argv;
  if (isLean() || argv.includes('daemon') || argv.includes('--help')) return await import('./main.ts');
  const keptIn = compiled && /^[a-z]+$/.test(word) ? join(compiled, `main-${word}.code`) : undefined;
  return loadProgram(join(import.meta.dirname, 'main.cjs'), keptIn).exports as typeof mainProgram;
}

/**
 * What was compiled is code: it is kept where only this user can write, and not in a folder for all as Node would. Gives where that
 * is, for this version of Node and this user; undefined if it is nowhere.
 */
function keepCompiled(): string | undefined {
  if (process.env['NODE_DISABLE_COMPILE_CACHE']) return undefined;
  const chosen = process.env['NODE_COMPILE_CACHE'];
  const folder = chosen || join(cacheFolder(place), 'compiled');
  // Said later, in words.
  if (isOfKernel(folder)) return undefined;
  const user = process.geteuid?.();
  const own = join(folder, `umbra-${process.version}-${user ?? 'user'}`);
  try {
    mkdirSync(own, { recursive: true, mode: 0o700 });
    const { uid, mode } = lstatSync(own);
    if (uid !== (user ?? uid) || (mode & 0o022) !== 0) return undefined;
    if (!chosen) nodeModule.enableCompileCache(own);
    return own;
  } catch {
    // Nowhere to keep it: it is compiled anew each time.
    return undefined;
  }
}

function tooOld(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = oldestNode.split('.').map(Number);
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}

const place = { env: process.env, home: homedir() };
const argv = process.argv.slice(2);
// A path on a dead file server holds a thread as long as that is dead; of the usual four a daemon would soon have none.
if (argv.includes('daemon') || argv.includes('doctor')) process.env['UV_THREADPOOL_SIZE'] ??= '32';
if (tooOld()) {
  process.stderr.write(`umbra needs Node ${oldestNode} or newer; this is Node ${process.versions.node}.\n`);
  process.exitCode = 1;
} else {
  // Before anything is loaded that would be loaded once more. Lines that say it in another way come to it later.
  if (argv[0] === 'daemon' && argv[1] === 'run') becomeLean();
  const shown = await plainStatus(argv);
  if (shown !== undefined) process.exit(shown);
  // To keep it, Node holds on to all that it is made of. A daemon starts once and lives long.
  const compiled = isLean() ? undefined : keepCompiled();
  const answer = await shortAnswer(argv);
  if (answer !== undefined) {
    const failure = await writeAtOnce('stdout', answer);
    if (failure !== undefined) process.exitCode = await (await import('./main.ts')).unanswered(failure);
  } else {
    keepToOurselves();
    const code = await byDaemon(argv);
    // Ended on purpose: nothing that is still open is worth waiting for.
    if (typeof code === 'number') process.exit(code);
    // By the daemon was refused, or there is none: a plain line comes to its end here. `umbra daemon run` is none, and would
    // hold twelve megabytes for it all its life.
    if (argv.includes('run') && !argv.includes('daemon')) await runHere(compiled);
    await (await main(compiled)).main(argv, code === 'refused');
  }
}
