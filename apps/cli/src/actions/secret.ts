import { resolve } from 'node:path';
import { Secret, UmbraError } from '@umbracore/contracts';
import { referenceText, secretCheckDocument, secretsDocument, type SecretCheck } from '@umbracore/runtime/documents';
import type { Action } from '../command.ts';
import type { SecretRotateFlags, SecretSetFlags } from '../commands/secret.ts';
import { checkSecrets, generatePassword, listSecrets, runtimePaths, secretStoreIn } from '../doors/configuration.ts';
import { systemClock } from '../doors/process-table.ts';
import { printable } from '../output/printable.ts';
import { formatQuantity } from '../output/sizes.ts';
import { relativeTime } from '../output/times.ts';
import { askSecret } from '../prompt/prompt.ts';
import type { Session } from '../session.ts';

/** No password or key is longer. */
const longest = 64 * 1024;

const storeOf = (session: Session) => secretStoreIn(runtimePaths(session.place()).stateDir, session.env, systemClock);

export const set: Action<SecretSetFlags> = async (session, [name = ''], { generate = false, replace = false }) => {
  const store = storeOf(session);
  const isThere = (await store.list()).some((one) => one.name === name);
  if (isThere && !replace) {
    throw new UmbraError('usage.invalid', `there is a secret ${name} already`, {
      hint: 'Add --replace to put another one in its place.',
    });
  }
  await store.set(name, generate ? new Secret(generatePassword()) : await given(session, name));
  if (session.json) return session.document('secret', { name, replaced: isThere });
  session.done(`${name} is set: store:${name}`);
};

/** From a person, or from whatever is at standard input; never from the command line, which others can see. */
async function given(session: Session, name: string): Promise<Secret> {
  if (process.stdin.isTTY) return new Secret(await askSecret(session, { message: name, flag: 'standard input' }));
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += String(chunk);
    if (text.length > longest) throw new UmbraError('usage.invalid', 'standard input is too long to be a secret');
  }
  const value = text.replace(/\r?\n$/, '');
  if (value !== '') return new Secret(value);
  throw new UmbraError('usage.invalid', 'standard input is empty, and so would be the secret', {
    hint: 'Pipe the secret in, or run the command at a terminal.',
  });
}

export const list: Action<object> = async (session) => {
  const store = storeOf(session);
  if (session.json) return session.document('secrets', secretsDocument(await listSecrets(store)));
  const secrets = await store.list();
  if (secrets.length === 0) return session.notice('No secrets yet. Set one: umbra secret set NAME');
  session.sayTable(
    [{ title: 'secret' }, { title: 'set' }],
    secrets.map(({ name, setAt }) => [name, relativeTime(setAt, session.now())]),
  );
};

export const check: Action<object> = async (session) => {
  const { configuration, secrets } = await session.runtime();
  const checks = await checkSecrets(configuration, secrets, session.interrupt.signal);
  if (session.json) session.document('secret-check', secretCheckDocument(checks));
  else if (checks.length === 0) session.notice('The configuration refers to no secret.');
  else for (const one of checks) sayCheck(session, one);
  return checks.every(({ error }) => error === null) ? 0 : 1;
};

function sayCheck(session: Session, { reference, usedBy, error, note }: SecretCheck): void {
  const { style } = session.stdout;
  const sign = error === null ? style.green(session.signs.good) : style.red(session.signs.bad);
  session.say(`${sign} ${printable(referenceText(reference))}  ${style.dim(printable(usedBy.join(', ')))}`);
  if (note !== null) session.say(`    ${style.yellow(printable(note))}`);
  if (error === null) return;
  session.say(`    ${printable(error.message)}`);
  if (error.hint !== null) session.say(`    ${style.cyan('hint')}: ${printable(error.hint)}`);
}

export const remove: Action<object> = async (session, [name = '']) => {
  if (!(await storeOf(session).remove(name))) {
    throw new UmbraError('usage.invalid', `there is no secret ${name}`, { hint: 'List them: umbra secret list.' });
  }
  if (session.json) return session.document('secret-removed', { name });
  session.done(`${name} is removed`);
};

export const rotate: Action<SecretRotateFlags> = async (session, _, { passphraseFile }) => {
  const file = passphraseFile === undefined ? undefined : resolve(session.cwd, passphraseFile);
  const count = await storeOf(session).rotate({ passphraseFile: file });
  if (session.json) return session.document('secrets-rotated', { secrets: count });
  session.done(`${formatQuantity(count, 'secret')} encrypted anew`);
  if (file !== undefined && file !== session.env['UMBRA_SECRET_PASSPHRASE_FILE'])
    session.notice(`From now on UMBRA_SECRET_PASSPHRASE_FILE has to be ${file}, also for the daemon.`);
};
