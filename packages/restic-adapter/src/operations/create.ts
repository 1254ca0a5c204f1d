import type { Operation, RepositoryFacts } from '@umbracore/contracts';
import { decodeMessage, textIn } from '../decode/message.ts';
import { hasConfig } from '../local-repository.ts';
import { describeFailure } from '../messages.ts';
import type { Restic } from '../restic.ts';
import { open } from './open.ts';

/** The format with compression; every supported version knows it. */
export const format = 2;

/** Makes the repository; its folder too if it is local. */
export async function create(restic: Restic, operation: Operation): Promise<RepositoryFacts> {
  if (restic.location.kind === 'local' && (await hasConfig(restic.location.path)) === true) {
    throw describeFailure('repository.exists', { what: 'init', repository: restic.name, text: '' });
  }
  let id: string | undefined;
  const readId = (line: string): void => {
    const message = decodeMessage(line);
    if (message?.['message_type'] === 'initialized') id = textIn(message, 'id');
  };
  const call = { name: 'init', flags: [`--repository-version=${format}`] };
  restic.throwIfFailed(await restic.supervise(call, { stdout: readId }, operation));
  // 0.14 gives a short id in a sentence only.
  return id === undefined ? open(restic, operation) : { id, format };
}
