import { UmbraError } from '@umbracore/contracts';

/** A mistyped id must not turn into another snapshot where something is changed. */
export function checkFullIds(ids: readonly string[]): void {
  const wrong = ids.find((id) => !isFullId(id));
  if (wrong === undefined) return;
  throw new UmbraError('usage.invalid', `"${wrong}" is not the full id of a snapshot`, {
    hint: 'Use ids of 64 hexadecimal digits, as the list of snapshots gives them.',
  });
}

export const isFullId = (id: string): boolean => /^[0-9a-f]{64}$/.test(id);
