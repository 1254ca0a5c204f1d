import { definePlugin, UmbraError, type Plugin } from '@umbracore/contracts';

/** Brings a condition that keeps its contract, or one that takes every option. */
const small = (isStrict: boolean): Plugin =>
  definePlugin({
    name: 'small',
    trials: { conditions: { small: { refused: ['x'], met: { options: 1 } } } },
    register: (host) =>
      host.addCondition({
        kind: 'small',
        check(options) {
          if (typeof options === 'number' || !isStrict) return;
          throw new UmbraError('config.invalid-value', 'small is no number', { hint: 'Write a number.' });
        },
        evaluate: async (options) => ({ met: options === 1, text: 'it was looked at' }),
      }),
  });

export const kept = small(true);
export const broken = small(false);
