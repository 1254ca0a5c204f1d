import { closest, errorCatalogue, UmbraError } from '@umbracore/contracts';
import type { Action } from '../command.ts';
import { errorPage } from '../help/error-page.ts';
import { rootHelp } from '../help/layout.ts';
import { topics } from '../help/topics.ts';
import { meantCommands } from '../meant-commands.ts';
import { pathIn, readCommandLine } from '../program.ts';

export const action: Action<object> = async (session, words) => {
  const topic = words.join(' ');
  if (topic === '') return session.stdout.write(rootHelp());
  const page = Object.hasOwn(topics, topic) ? topics[topic] : (errorPage(topic) ?? (await commandPage(words)));
  if (page !== undefined) return session.stdout.write(page);
  const path = pathIn(words);
  const near = closest(topic, [...Object.keys(topics), ...Object.keys(errorCatalogue)]);
  // What is beside it is named as it has to be asked for here.
  const commands = meantCommands(path, words[path.length] ?? '').map((one) =>
    one.startsWith('`') ? one : [...path, one].join(' '),
  );
  const meant = [...(near === undefined ? [] : [near]), ...commands].join(', ');
  throw new UmbraError('usage.invalid', `there is no help on "${topic}"`, {
    hint: `${meant === '' ? '' : `Did you mean ${meant}? `}Topics: ${Object.keys(topics).join(', ')}.`,
  });
};

/** Of a command, or of one of its own: `schedule preview`. */
async function commandPage(words: readonly string[]): Promise<string | undefined> {
  if (pathIn(words).length < words.length) return undefined;
  const answer = await readCommandLine([...words, '--help']);
  return 'text' in answer ? answer.text : undefined;
}
