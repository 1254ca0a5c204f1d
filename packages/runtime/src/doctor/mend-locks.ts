import { toUmbraError, type Operation, type RepositoryDefinition, type Finding } from '@umbracore/contracts';
import type { Runtime } from '../compose.ts';

export type MendingSources = Pick<Runtime, 'configuration' | 'coordinator' | 'repositories'>;

/** The findings, with locks removed that are proven to be nobody's any more, as `umbra repo unlock` does: in their place stands that. */
export async function* withLocksRemoved(
  findings: AsyncIterable<Finding>,
  sources: MendingSources,
  operation: Operation = {},
): AsyncGenerator<Finding> {
  const done = new Set<string>();
  for await (const finding of findings) {
    const { area, code, subject } = finding;
    const repository = sources.configuration.repositories.get(subject);
    if (area !== 'lock' || code !== 'repository.locked' || repository === undefined) {
      yield finding;
      continue;
    }
    // Of several locks all went with the first.
    if (done.has(subject)) continue;
    done.add(subject);
    yield await unlocked(sources, repository, { ...operation, finding });
  }
}

async function unlocked(
  { coordinator, repositories }: MendingSources,
  repository: RepositoryDefinition,
  { finding, signal }: Pick<Operation, 'signal'> & { readonly finding: Finding },
): Promise<Finding> {
  try {
    // Engines of runs that died are settled first: recovery knows their locks by name.
    await coordinator.recover({ certain: true, signal });
    signal?.throwIfAborted();
    const { removed } = await repositories.heal(repository, [], { signal });
    const count = removed.length === 1 ? '1 lock' : `${removed.length} locks`;
    const text = removed.length === 0 ? 'nothing was left to remove' : `${count} removed`;
    return { area: 'lock', subject: repository.name, standing: 'good', text };
  } catch (thrown) {
    signal?.throwIfAborted();
    return { ...finding, text: `${finding.text}; not removed: ${toUmbraError(thrown).message}` };
  }
}
