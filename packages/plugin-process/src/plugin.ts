import { definePlugin, pluginApi, UmbraError, type Plugin, type PluginTrials } from '@umbracore/contracts';
import { ask, type Program } from './ask.ts';
import { programBackend } from './backend.ts';
import { beforehand } from './broken.ts';
import { nothingAsked, schemaOf, type AskedRules } from './checked-beforehand.ts';
import { programCondition, programHook, programSecrets, programSensor, type Asking } from './kinds.ts';
import { Doubts } from './doubts.ts';
import { parsed } from './messages.ts';
import { programNotifier } from './notifier.ts';
import * as values from './values.ts';

export interface ProgramPluginOptions {
  readonly program: Program;
  /** What stands in the configuration: a program cannot be asked whether it takes options at the moment of reading. */
  readonly asked?: AskedRules | undefined;
}

/**
 * A program as a plug-in like any other: it is asked what it brings. Throws `plugin.api`, `plugin.invalid`, and `engine.*` for one
 * that may be able to answer later.
 */
export async function programPlugin({ program, asked = nothingAsked }: ProgramPluginOptions): Promise<Plugin> {
  const about = await beforehand(program, async () =>
    describedBy(program, await ask(program, { method: 'describe', params: {}, patience: 'answer' })),
  );
  const doubts = new Doubts(program);
  return definePlugin({
    name: about.name,
    version: about.version,
    trials: about.trials as PluginTrials | undefined,
    ...(about.options && { options: schemaOf(doubts, { what: 'plugin' }) }),
    async register(host, options) {
      const asking: Asking = { program, doubts, options, asked };
      for (const one of about.backends) {
        const schema = one.options ? schemaOf(doubts, { what: 'backend', name: one.name }) : undefined;
        host.addBackend(one.name, programBackend(asking, one, about.version ?? '0'), schema);
      }
      for (const scheme of about.secrets) host.addSecretProvider(programSecrets(asking, scheme));
      for (const one of about.notifiers) host.addNotifier(programNotifier(asking, one));
      for (const kind of about.conditions) host.addCondition(await programCondition(asking, kind));
      for (const one of about.sensors) host.addSensor(await programSensor(asking, one));
      for (const kind of about.hooks) host.addHook(await programHook(asking, kind));
    },
  });
}

function describedBy({ name }: Program, answer: unknown): values.Described {
  const api = typeof answer === 'object' && answer !== null && 'api' in answer ? answer.api : undefined;
  if (api !== pluginApi) {
    throw new UmbraError('plugin.api', `${name} is made for plug-in API ${String(api)}; this is API ${pluginApi}`, {
      hint: 'Install a version of the plug-in that fits this version of UmbraCore.',
    });
  }
  return parsed(values.described, answer, name, 'describes itself wrongly');
}
