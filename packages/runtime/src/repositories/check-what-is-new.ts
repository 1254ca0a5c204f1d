import {
  isUmbraError,
  type Backend,
  type NewCheckReport,
  type NewCheckScope,
  type Operation,
} from '@umbracore/contracts';

/** What a check without the engine finds; undefined where the backend cannot, or not there. */
export async function checkWhatIsNew(
  backend: Backend,
  scope: NewCheckScope,
  operation: Operation,
): Promise<NewCheckReport | undefined> {
  if (!backend.supports.has('check-new')) return undefined;
  try {
    return await backend.checkNew(scope, operation);
  } catch (thrown) {
    if (isUmbraError(thrown) && thrown.code === 'backend.unsupported') return undefined;
    throw thrown;
  }
}
