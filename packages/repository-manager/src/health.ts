import {
  isUmbraError,
  toUmbraError,
  type Backend,
  type EngineFacts,
  type ErrorCode,
  type LockVerdict,
  type Operation,
  type RepositoryFacts,
  type RepositoryHealth,
  type UmbraError,
} from '@umbracore/contracts';
import { judgeLocks, type LockJudge } from './heal.ts';

interface Found {
  engine?: EngineFacts;
  facts?: RepositoryFacts;
  locks?: readonly LockVerdict[];
  snapshots?: number;
}

/**
 * Looks at a repository, changes nothing and takes no lock. Asks step by step and keeps what was found before a step failed.
 * Throws only `run.cancelled` and what the signal was aborted with.
 */
export async function examine(
  open: () => Promise<Backend>,
  judge: LockJudge,
  operation: Operation = {},
): Promise<RepositoryHealth> {
  const found: Found = {};
  let backend: Backend | undefined;
  try {
    backend = await open();
    found.engine = await backend.engine(operation);
    found.facts = await backend.open(operation);
    found.locks = await judgeLocks(backend, judge, [], operation);
    found.snapshots = (await backend.snapshots({}, operation)).length;
    return healthOf(found);
  } catch (thrown) {
    operation.signal?.throwIfAborted();
    if (isUmbraError(thrown) && thrown.code === 'run.cancelled') throw thrown;
    const error = toUmbraError(thrown);
    if (error.code === 'repository.locked' && backend !== undefined) {
      found.locks = await judgeLocks(backend, judge, [], operation).catch(() => []);
    }
    return healthOf(found, error);
  }
}

const healthOf = ({ engine, facts, locks = [], snapshots }: Found, error?: UmbraError): RepositoryHealth => ({
  state: error === undefined ? 'ready' : stateOf(error),
  facts,
  engine,
  locks,
  snapshots,
  problem: error?.message,
  hint: error?.hint,
});

const stateByCode: Partial<Record<ErrorCode, RepositoryHealth['state']>> = {
  'repository.absent': 'absent',
  'repository.wrong-password': 'wrong-password',
  'repository.unreachable': 'unreachable',
  'repository.locked': 'busy',
};

const stateOf = ({ code }: UmbraError): RepositoryHealth['state'] => stateByCode[code] ?? 'failed';
