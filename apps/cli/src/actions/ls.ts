import { lsDocument } from '@umbracore/runtime/documents';
import { listFiles } from '@umbracore/runtime/history';
import type { Action } from '../command.ts';
import type { LsFlags } from '../commands/ls.ts';
import { lsByDaemon } from '../daemon/ls-by-daemon.ts';
import { answerLs, showEntries } from '../listing/answer-ls.ts';
import { findReadable } from '../refs/find-readable.ts';

export const action: Action<LsFlags> = async (session, [text = ''], flags) => {
  const answered = await lsByDaemon(session, text, flags);
  if (answered !== undefined) return answerLs(session, answered, flags);
  const known = await findReadable(session, text, flags);
  const { recursive = false } = flags;
  const listed = await listFiles(known, { recursive, signal: session.interrupt.signal });
  if (session.json) session.document('ls', lsDocument(listed));
  else showEntries(session, listed, flags);
};
