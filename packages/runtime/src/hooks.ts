import { UmbraError, type HookKind, type Hooks } from '@umbracore/contracts';
import { checkKind } from './checked-kind.ts';

/** Hooks through the kinds that plug-ins brought. */
export const hooksOf = (kinds: ReadonlyMap<string, HookKind>): Hooks => ({
  async run({ kind: name, options }, occasion, operation) {
    const kind = kinds.get(name);
    if (kind !== undefined) return await kind.run(options, occasion, operation);
    throw new UmbraError('plugin.absent', `no plug-in brings the hook ${name}`, {
      hint: 'Name its plug-in under `plugins:`.',
    });
  },
  check: (rule) => checkKind('hook', rule, kinds),
  kinds: () => [...kinds.keys()],
});
