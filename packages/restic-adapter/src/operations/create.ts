import {
  type BackendRepository,
  type CreateOperation,
  decodeJsonLine,
  type RepositoryFacts,
  textIn,
} from '@umbracore/contracts';
import { accessTo, type Call } from '../command.ts';
import { hasConfig } from '../local-repository.ts';
import { describeFailure } from '../messages.ts';
import { Restic } from '../restic.ts';
import { open } from './open.ts';

/** The format with compression; every supported version knows it. */
export const format = 2;

/** Makes the repository; its folder too if it is local. */
export async function create(
  restic: Restic,
  { sameChunkerAs: like, ...operation }: CreateOperation,
): Promise<RepositoryFacts> {
  if (restic.location.kind === 'local' && (await hasConfig(restic.location.path)) === true) {
    throw describeFailure('repository.exists', { what: 'init', repository: restic.name, text: '' });
  }
  let id: string | undefined;
  const readId = (line: string): void => {
    const message = decodeJsonLine(line);
    if (message?.['message_type'] === 'initialized') id = textIn(message, 'id');
  };
  // restic's own complaint about that one would be taken for one about the new one.
  if (like !== undefined) await open(new Restic(like, restic.host), operation);
  const both = like === undefined ? restic : new Restic(restic.repository, restic.host, [like]);
  both.throwIfFailed(await both.supervise(initCall(like), { stdout: readId }, operation));
  // 0.14 gives a short id in a sentence only.
  return id === undefined ? open(restic, operation) : { id, format };
}

function initCall(like: BackendRepository | undefined): Call {
  const flags = [`--repository-version=${format}`];
  if (like === undefined) return { name: 'init', flags };
  const access = accessTo(like, 'from-');
  return {
    name: 'init',
    flags: [...flags, '--copy-chunker-params', ...access.flags],
    descriptors: access.descriptors,
    source: like,
  };
}
