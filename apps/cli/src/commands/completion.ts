import { defineCommand } from '../command.ts';

export const completion = defineCommand({
  name: 'completion',
  brief: true,
  operands: '<shell>',
  group: 'Start',
  text: 'completion for bash, zsh or fish',
  examples: [
    'umbra completion bash > ~/.local/share/bash-completion/completions/umbra',
    'source <(umbra completion zsh)',
  ],
  load: () => import('../actions/completion.ts'),
});

/** What the shells call at every press of the tab key. */
export const complete = defineCommand({
  name: 'complete',
  operands: '[words...]',
  hidden: true,
  text: 'answers the completion scripts',
  load: () => import('../actions/complete.ts'),
});
