import type { Clock, Conversation, ConversationReader, EngineCommand, EngineExit } from '@umbracore/contracts';
import { LineSplitter, lineLimitBytes } from './line-splitter.ts';
import { exitOf, killSession, readData, readLines, running, startPiped } from './piped.ts';
import { signalProcess, treeOf } from './process-tree.ts';
import { systemProcessTable } from './system-process-table.ts';

/** Starts a program that is talked to; see `EngineProcesses`. */
export async function converse(
  command: EngineCommand,
  reader: ConversationReader,
  clock: Clock,
): Promise<Conversation> {
  const engine = await startPiped(command, 'pipe');
  const session = engine.pid ?? 0;
  const identity = systemProcessTable().identify(session);
  running.add(session);
  // One that has ended takes no more lines, and that is no error of ours.
  engine.stdin?.on('error', () => {});
  const exited = exitOf(engine).then(async (exit) => {
    // Who is left behind would hold the pipes open.
    await killSession(session, clock);
    return exit;
  });
  const output = Promise.all([
    readOneByOne(engine.stdout, reader),
    readLines(engine.stderr, (line) => reader.stderr?.(line)),
  ]);
  const ended = bothOf(exited, output).finally(() => running.delete(session));
  // Whoever kills it may not care how it ended.
  ended.catch(() => {});
  return {
    send: (line) => void engine.stdin?.write(`${line}\n`),
    finish: () => void engine.stdin?.end(),
    ended,
    async kill() {
      // Also those of them who founded sessions of their own.
      for (const pid of treeOf(session, identity)) signalProcess(pid, 'SIGKILL');
      engine.kill('SIGKILL');
      await exited;
      engine.stdout?.destroy();
      engine.stderr?.destroy();
    },
  };
}

async function bothOf(exited: Promise<EngineExit>, output: Promise<unknown>): Promise<EngineExit> {
  await output;
  return await exited;
}

/** As `readLines`, but the next line waits until the reader is done with this one. */
async function readOneByOne(stream: Parameters<typeof readData>[0], reader: ConversationReader): Promise<void> {
  let lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line), reader.lineLimitBytes ?? lineLimitBytes);
  const take = async (): Promise<void> => {
    const some = lines;
    lines = [];
    for (const line of some) await reader.stdout(line);
  };
  await readData(stream, async (chunk) => {
    splitter.push(chunk);
    await take();
  });
  splitter.end();
  await take();
}
