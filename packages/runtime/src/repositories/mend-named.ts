import { isUmbraError, UmbraError, type BackendWrapper, type DamageBook } from '@umbracore/contracts';

/**
 * Whoever finds a repository damaged by reading from it is told the command that mends it: no backend knows which copies there are. One
 * that cannot repair says itself what does. A copy may find the other repository damaged, and says itself what it knows.
 */
export const mendNamed =
  (mendCommand: DamageBook['mendCommand']): BackendWrapper =>
  (inner, repository) => {
    const mendIt = inner.supports.has('repair') ? mendCommand(repository, inner.supports) : undefined;
    if (mendIt === undefined) return inner;
    const named = (thrown: unknown): unknown => {
      if (!isUmbraError(thrown) || thrown.code !== 'repository.damaged') return thrown;
      const hint = `See how far it goes with \`umbra verify ${repository.name}\`, and mend it: ${mendIt}`;
      return new UmbraError(thrown.code, thrown.message, { hint, context: thrown.context, cause: thrown });
    };
    const tried = async <T>(work: () => Promise<T>): Promise<T> => {
      try {
        return await work();
      } catch (thrown) {
        throw named(thrown);
      }
    };
    async function* listed(list: ReturnType<typeof inner.list>): ReturnType<typeof inner.list> {
      try {
        yield* list;
      } catch (thrown) {
        throw named(thrown);
      }
    }
    return {
      ...inner,
      open: (...args) => tried(() => inner.open(...args)),
      backup: (...args) => tried(() => inner.backup(...args)),
      snapshots: (...args) => tried(() => inner.snapshots(...args)),
      list: (...args) => listed(inner.list(...args)),
      openTrees: (...args) => tried(() => inner.openTrees(...args)),
      find: (...args) => tried(() => inner.find(...args)),
      diff: (...args) => tried(() => inner.diff(...args)),
      dump: (...args) => tried(() => inner.dump(...args)),
      restore: (...args) => tried(() => inner.restore(...args)),
      check: (...args) => tried(() => inner.check(...args)),
      checkNew: (...args) => tried(() => inner.checkNew(...args)),
      prune: (...args) => tried(() => inner.prune(...args)),
      statistics: (...args) => tried(() => inner.statistics(...args)),
    };
  };
