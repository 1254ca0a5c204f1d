import { resolve } from 'node:path';
import { repositoryNamed } from '@umbracore/runtime/history';
import type { Action } from '../command.ts';
import type { KitFlags } from '../commands/repo.ts';
import { gatherKit, kitDocument, kitText } from '../doors/kit.ts';
import { printable } from '../output/printable.ts';
import { writeWhole } from '../output/write-whole.ts';
import type { Session } from '../session.ts';
import { version } from '../version.ts';

export const action: Action<KitFlags> = async (
  session,
  [name = ''],
  { output, withPassword = false, force = false },
) => {
  const { configuration, repositories, clock } = await session.runtime();
  const definition = repositoryNamed(configuration, name);
  const { signal } = session.interrupt;
  const asked = { configuration, repositories, clock, definition, withPassword, madeBy: version };
  const facts = await gatherKit(asked, { signal });
  const file = output === undefined ? undefined : resolve(session.cwd, output);
  if (file !== undefined) await writeWhole(file, kitText(facts), { replace: force, hint: takenHint });
  if (session.json) return session.document('kit', { ...kitDocument(facts), output: file ?? null });
  if (file === undefined) session.stdout.write(kitText(facts));
  else session.done(`kit of ${name} in ${printable(file)}, mode 0600`);
  if (withPassword) warn(session, file);
  else session.notice('The password is not on it: keep a copy of that somewhere else too, or use --with-password.');
};

const takenHint = 'Choose another file, or replace it with --force.';

/** Also for who wants to hear nothing. */
function warn({ stderr, signs }: Session, file: string | undefined): void {
  const where = file === undefined ? 'What was printed' : printable(file);
  const text = `${where} HOLDS THE PASSWORD: who has it and can reach the repository can read everything in it.`;
  const advice = 'Print it, keep it where you keep passports, and delete every copy on this computer.';
  for (const line of [text, advice]) stderr.line(`${stderr.style.red(signs.bad)} ${line}`);
}
