import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UmbraError } from '@umbracore/contracts';
import type { Action } from '../command.ts';
import type { LogsFlags } from '../commands/logs.ts';
import { printable } from '../output/printable.ts';
import { findRun } from '../refs/find-run.ts';

export const action: Action<LogsFlags> = async (session, [text = ''], { raw = false }) => {
  const history = await session.history();
  const run = await findRun(history, text, ({ startedAt }) => startedAt !== null);
  const content = await readFile(join(history.paths.logDir, `${run.id}.log`), 'utf8').catch((cause: unknown) => {
    throw new UmbraError('usage.unknown-run', `the run ${run.id} of ${run.job} has no log`, {
      hint: `See what is known of it: umbra show ${run.id}`,
      cause,
    });
  });
  const lines = content.split('\n').slice(0, content.endsWith('\n') ? -1 : undefined);
  if (session.json) return session.document('log', { run: run.id, job: run.job, lines });
  if (raw) return session.stdout.write(content);
  session.notice(session.stderr.style.dim(`${run.id} of ${run.job}`));
  for (const line of lines) session.say(printable(line));
};
