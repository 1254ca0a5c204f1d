import type { ExtensionIssue } from '@umbracore/config';
import { issuePath, type Configuration, type OptionsIssue } from '@umbracore/contracts';
import type { ComposeOptions } from '../compose-options.ts';
import { checkOptions } from './checked-options.ts';
import { checkRepositories } from './check-repositories.ts';
import { choosePlugins } from './choose.ts';
import type { ChosenPlugin } from './chosen-plugin.ts';
import { refuseAny } from './refuse-any.ts';
import { registerPlugins, type Extensions } from './register.ts';
import type { PluginTools } from './tools.ts';

/**
 * What the plug-ins of a configuration bring. Throws the report of what is wrong with them, or with what the configuration says to
 * them; in the end every repository has a backend that takes its options.
 */
export async function preparePlugins(
  options: ComposeOptions,
  configuration: Configuration,
  tools: Omit<PluginTools, 'asked'>,
): Promise<Extensions> {
  const { chosen, issues } = await choosePlugins(options, configuration, tools);
  const checked: ChosenPlugin[] = [];
  const found: ExtensionIssue[] = [...issues];
  for (const one of chosen) {
    const { value, issues: wrong } = await checkOptions(one.plugin.options, one.options);
    checked.push({ ...one, options: value, isChecked: true });
    found.push(...wrong.map((issue) => optionsIssue(one, issue)));
  }
  await refuseAny(configuration, found);
  const extensions = await registerPlugins(checked, tools.log);
  await checkRepositories(configuration, extensions);
  return extensions;
}

const optionsIssue = ({ plugin, index = -1 }: ChosenPlugin, issue: OptionsIssue): ExtensionIssue => ({
  part: { section: 'plugins', key: index },
  path: ['options', ...issuePath(issue)],
  code: 'config.invalid-value',
  message: `${plugin.name}: ${issue.message}`,
  hint: 'look up its options where the plug-in describes them',
});
