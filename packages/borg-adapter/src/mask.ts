import { maskOf, withoutCredentials, type BackendRepository, type Mask } from '@umbracore/contracts';

export type { Mask } from '@umbracore/contracts';

export function createMask({ password, env }: BackendRepository): Mask {
  const masked = maskOf([password, ...Object.values(env)]);
  return (text) => withoutCredentials(masked(text));
}
