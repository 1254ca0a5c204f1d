import { closest, UmbraError } from '@umbracore/contracts';
import type { Action } from '../command.ts';
import { printCompletionScript, shells } from '../completion/tab.ts';

export const action: Action<object> = async (_session, [shell = '']) => {
  if (shells.includes(shell)) return printCompletionScript(shell);
  const near = closest(shell, shells);
  throw new UmbraError('usage.invalid', `there is no completion for "${shell}"`, {
    hint: near === undefined ? `Choose ${shells.join(', ')}.` : `Did you mean ${near}?`,
  });
};
