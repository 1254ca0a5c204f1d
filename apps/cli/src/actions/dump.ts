import { resolve } from 'node:path';
import { UmbraError } from '@umbracore/contracts';
import { exitCodes } from '@umbracore/runtime/documents';
import type { Dump } from '@umbracore/runtime/restore';
import type { Action } from '../command.ts';
import type { DumpFlags } from '../commands/dump.ts';
import { dumpToFile, intoStream, planDump, writeDump } from '../doors/restore.ts';
import { intoCommand } from '../dump/into-command.ts';
import { formatSize } from '../output/sizes.ts';
import { printable } from '../output/printable.ts';
import { whyUnwritten } from '../output/why-unwritten.ts';
import { findSnapshot, type FoundSnapshot } from '../refs/find-snapshot.ts';
import type { Session } from '../session.ts';

export const action: Action<DumpFlags> = async (session, [text = '', ...command], { to, archive, repository }) => {
  if (to !== undefined && command.length > 0) {
    throw new UmbraError('usage.invalid', '--to and a command exclude each other', { hint: 'Give one of them.' });
  }
  const found = await findSnapshot(session, text, repository);
  const { signal } = session.interrupt;
  const dump = await planDump(found.backend, found.snapshot, { path: found.ref.path, archive }, { signal });
  const [program, ...args] = command;
  if (to !== undefined) return toFile(session, found, dump, resolve(session.cwd, to));
  if (program === undefined) return toStandardOutput(session, found, dump);
  const { backend } = found;
  return intoCommand({ program, args, signal }, (sink, ended) =>
    writeDump(backend, dump, sink, { signal: AbortSignal.any([signal, ended]) }),
  );
};

async function toFile(session: Session, { backend }: FoundSnapshot, dump: Dump, file: string): Promise<number> {
  const bytes = await dumpToFile(backend, dump, file, { signal: session.interrupt.signal });
  const { path, archive } = dump;
  if (session.json) session.document('dump', { snapshot: dump.snapshot, path, archive: archive ?? null, file, bytes });
  session.done(`${printable(file)}  ${formatSize(bytes)}`);
  return exitCodes.done;
}

async function toStandardOutput(session: Session, { backend }: FoundSnapshot, dump: Dump): Promise<number> {
  if (session.json) {
    throw new UmbraError('usage.invalid', 'what is dumped is no JSON', { hint: 'Use --to FILE with --json.' });
  }
  if (dump.archive !== undefined && session.stdout.isTerminal) {
    throw new UmbraError('usage.invalid', `${dump.path} is a folder, and an archive is nothing for a terminal`, {
      hint: 'Use --to FILE, or send it on: umbra dump … | tar --list',
    });
  }
  try {
    await writeDump(backend, dump, intoStream(process.stdout), { signal: session.interrupt.signal });
  } catch (error) {
    // The session tells what became of standard output.
    if (whyUnwritten(error) !== undefined) return exitCodes.failed;
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EPIPE') throw error;
    throw new UmbraError('command.failed', 'nobody reads what is dumped any more', { cause: error });
  }
  return exitCodes.done;
}
