import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readArguments } from './arguments.mjs';
import { commands } from './commands.mjs';
import { Failure } from './repository.mjs';

const forEver = 2 ** 31 - 1;

/** Plays restic once. What a program gets from outside (arguments, environment, time) is handed in by its start file. */
export async function main({ args, env, now, wait, folder }) {
  const exits = [];
  const end = (code) => {
    for (const act of exits) act();
    process.exit(code);
  };
  process.stdout.on('error', () => end(141));
  const err = (line) => process.stderr.write(`${line}\n`);
  appendFileSync(join(folder, 'calls.jsonl'), `${JSON.stringify({ args, env: Object.keys(env), pid: process.pid })}\n`);
  const answer = takeAnswer(folder, args);
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      if (answer?.ignoreSignals) return;
      err('signal interrupt received, cleaning up');
      err(exitError(130, 'Fatal: unable to save snapshot: context canceled'));
      end(130);
    });
  }
  const pause = async () => {
    for (const { text, to = 'stdout', afterMs = 0 } of answer?.print ?? []) {
      if (afterMs > 0) await wait(afterMs);
      process[to].write(`${text}\n`);
    }
    if (answer?.hang) await wait(forEver);
  };
  try {
    process.exitCode = await play({ answer, args, env, now, pause, err, onExit: (act) => exits.push(act) });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    err(exitError(error.code, error.message));
    process.exitCode = error.code;
  }
}

const exitError = (code, message) => JSON.stringify({ message_type: 'exit_error', code, message });

async function play({ answer, args, env, now, pause, err, onExit }) {
  const { options, words } = readArguments(args);
  const [name, ...rest] = words;
  const command = Object.hasOwn(commands, name ?? '') ? commands[name] : undefined;
  // A backup pauses by itself while it holds its lock, everything else before it begins.
  const isSettled = answer?.exitCode !== undefined;
  if (isSettled || command !== commands.backup) await pause();
  if (isSettled) return answer.exitCode;
  if (!command) {
    err(`unknown command "${name}" for "restic"`);
    return 1;
  }
  const text = (line) => process.stdout.write(`${line}\n`);
  return await command({
    options,
    words: rest,
    env,
    now,
    pause,
    err,
    onExit,
    text,
    out: (value) => text(JSON.stringify(value)),
  });
}

/** The first answer that fits and is not used up. Each use leaves a file, since every call is another process. */
function takeAnswer(folder, args) {
  const script = join(folder, 'script.json');
  const answers = existsSync(script) ? JSON.parse(readFileSync(script, 'utf8')) : [];
  return answers.find(
    ({ when, times = Infinity }, index) => when.every((word) => args.includes(word)) && use(folder, index, times),
  );
}

function use(folder, index, times) {
  if (times === Infinity) return true;
  for (let time = 1; time <= times; time += 1) {
    try {
      writeFileSync(join(folder, `used-${index}-${time}`), '', { flag: 'wx' });
      return true;
    } catch {
      // Another call took this one.
    }
  }
  return false;
}
