import {
  toUmbraError,
  type Backend,
  type BackendRepository,
  type BackendWrapper,
  type HealReport,
  type Operation,
} from '@umbracore/contracts';

export interface HealingOptions {
  /** Removes the locks of the dead that this backend shows. */
  readonly heal: (backend: Backend, operation: Operation) => Promise<HealReport>;
  /** The same in the repository that a copy comes from, which is locked too. */
  readonly healSource: (source: BackendRepository, operation: Operation) => Promise<HealReport>;
}

/**
 * Tries what takes a lock once more where one was in its way that a dead process had left. What has a spool belongs to a run, which
 * knows the engines of other runs, writes down what it removes, and waits for the living.
 */
export const despiteDeadLocks =
  ({ heal, healSource }: HealingOptions): BackendWrapper =>
  (inner) => {
    const healInner = (operation: Operation) => heal(inner, operation);
    const again = <T>(operation: Operation | undefined, work: () => Promise<T>, ...also: readonly Healing[]) =>
      operation?.spool === undefined ? onceMore([healInner, ...also], operation, work) : work();
    return {
      ...inner,
      restore: (spec, operation) => again(operation, () => inner.restore(spec, operation)),
      check: (scope, operation) => again(operation, () => inner.check(scope, operation)),
      tag: (ids, add, remove, operation) => again(operation, () => inner.tag(ids, add, remove, operation)),
      repair: (step, operation) => again(operation, () => inner.repair(step, operation)),
      upgrade: (operation) => again(operation, () => inner.upgrade(operation)),
      copyFrom: (source, ids, operation) =>
        again(
          operation,
          () => inner.copyFrom(source, ids, operation),
          (own) => healSource(source, own),
        ),
      addKey: (password, operation) => again(operation, () => inner.addKey(password, operation)),
      removeKey: (id, operation) => again(operation, () => inner.removeKey(id, operation)),
    };
  };

type Healing = (operation: Operation) => Promise<HealReport>;

async function onceMore<T>(
  healings: readonly Healing[],
  operation: Operation | undefined,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (toUmbraError(thrown).code !== 'repository.locked') throw thrown;
    let removed = 0;
    for (const heal of healings) removed += (await heal({ signal: operation?.signal })).removed.length;
    if (removed === 0) throw thrown;
    return await work();
  }
}
