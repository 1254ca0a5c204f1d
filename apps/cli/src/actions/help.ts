import { closest, UmbraError } from '@umbracore/contracts';
import type { Action } from '../command.ts';
import { commands } from '../commands/index.ts';
import { rootHelp } from '../help/layout.ts';
import { topics } from '../help/topics.ts';
import { readCommandLine } from '../program.ts';

export const action: Action<object> = async (session, [topic]) => {
  if (topic === undefined) return session.stdout.write(rootHelp());
  const page = Object.hasOwn(topics, topic) ? topics[topic] : await commandPage(topic);
  if (page !== undefined) return session.stdout.write(page);
  const near = closest(topic, [...Object.keys(topics), ...commands.map(({ name }) => name)]);
  throw new UmbraError('usage.invalid', `there is no help on "${topic}"`, {
    hint: `${near === undefined ? '' : `Did you mean ${near}? `}Topics: ${Object.keys(topics).join(', ')}.`,
  });
};

async function commandPage(name: string): Promise<string | undefined> {
  if (!commands.some((command) => command.name === name)) return undefined;
  const answer = await readCommandLine([name, '--help']);
  return 'text' in answer ? answer.text : undefined;
}
