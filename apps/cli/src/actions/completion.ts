import { closest, UmbraError } from '@umbracore/contracts';
import type { Action } from '../command.ts';
import { bashScript } from '../completion/bash-script.ts';
import { printCompletionScript, shells } from '../completion/tab.ts';

export const action: Action<object> = async (session, [shell = '']) => {
  if (shell === 'bash') return session.stdout.write(bashScript);
  if (shells.includes(shell)) return printCompletionScript(shell);
  const near = closest(shell, shells);
  throw new UmbraError('usage.invalid', `there is no completion for "${shell}"`, {
    hint: near === undefined ? `Choose ${shells.join(', ')}.` : `Did you mean ${near}?`,
  });
};
