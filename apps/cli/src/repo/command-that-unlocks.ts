import type { LockVerdict, RepositoryDefinition } from '@umbracore/contracts';

/** What the engines have for it, which asks nobody for a proof. */
const commands: Readonly<Record<string, (name: string) => string>> = {
  borg: (name) => `umbra borg ${name} -- break-lock`,
  restic: (name) => `umbra restic ${name} -- unlock --remove-all`,
};

/** What removes all locks whoever has them. Undefined where nothing is in doubt, or an owner was seen alive. */
export function commandThatUnlocks(
  { name, backend }: Pick<RepositoryDefinition, 'name' | 'backend'>,
  verdicts: readonly Pick<LockVerdict, 'verdict'>[],
): string | undefined {
  const seen = new Set(verdicts.map(({ verdict }) => verdict));
  return seen.has('unknown') && !seen.has('alive') ? commands[backend]?.(name) : undefined;
}
