import type { Action } from '../command.ts';
import { answerCompletion, type CompletionNames } from '../completion/tab.ts';
import type { Session } from '../session.ts';

/** What is asked for at every press of the tab key: reads the configuration at most, never a repository or the journal. */
export const action: Action<object> = async (session, words) => {
  answerCompletion(words, await namesOf(session));
};

/** Without a valid configuration there is nothing to offer; the shell must not be told why. */
async function namesOf(session: Session): Promise<CompletionNames> {
  try {
    const { readConfiguration } = await import('../doors/configuration.ts');
    const { jobs, repositories, notifications } = await readConfiguration(session.place());
    const chains = [...jobs.values()].filter(({ kind }) => kind === 'chain').map(({ id }) => id);
    return {
      jobs: [...jobs.keys()],
      chains,
      repositories: [...repositories.keys()],
      channels: notifications.channels.map(({ name }) => name),
    };
  } catch {
    return { jobs: [], chains: [], repositories: [], channels: [] };
  }
}
