import type { ExtensionIssue, OnFault } from '@umbracore/config';
import { issuePath, type Configuration, type OptionsIssue, type UmbraError } from '@umbracore/contracts';
import type { ComposeOptions } from '../compose-options.ts';
import { checkOptions } from './checked-options.ts';
import { checkRepositories } from './check-repositories.ts';
import { choosePlugins } from './choose.ts';
import type { ChosenPlugin } from './chosen-plugin.ts';
import { refuseOrTell } from './refuse-or-tell.ts';
import { registerPlugins, type Extensions } from './register.ts';
import type { PluginTools } from './tools.ts';

/**
 * What the plug-ins of a configuration bring. Throws the report of what is wrong with them, or with what the configuration says to
 * them; in the end every repository has a backend that takes its options. A program that broke when it was asked for its check is
 * told to `onFault`, if that is given: it asks again before it does anything, and whoever has no use for it can go on.
 */
export async function preparePlugins(
  options: ComposeOptions,
  configuration: Configuration,
  tools: Omit<PluginTools, 'asked'>,
  onFault?: OnFault,
): Promise<Extensions> {
  const { chosen, issues } = await choosePlugins(options, configuration, tools);
  const checked: ChosenPlugin[] = [];
  const found: ExtensionIssue[] = [...issues];
  const faults: ExtensionIssue[] = [];
  for (const one of chosen) {
    const { value, issues: wrong, fault } = await checkOptions(one.plugin.options, one.options, one.plugin.name);
    checked.push({ ...one, options: value, isChecked: true });
    found.push(...wrong.map((issue) => optionsIssue(one, issue)));
    if (fault !== undefined) (one.askedAbout === undefined ? found : faults).push(faultIssue(one, fault));
  }
  await refuseOrTell(configuration, found, faults, onFault);
  const extensions = await registerPlugins(checked, tools.log);
  await checkRepositories(configuration, extensions, onFault);
  return extensions;
}

const partOf = ({ index = -1 }: ChosenPlugin) => ({ section: 'plugins', key: index }) as const;

const faultIssue = (one: ChosenPlugin, { code, message, hint }: UmbraError): ExtensionIssue => ({
  part: partOf(one),
  path: ['use'],
  code,
  message,
  hint,
});

const optionsIssue = (one: ChosenPlugin, issue: OptionsIssue): ExtensionIssue => ({
  part: partOf(one),
  path: ['options', ...issuePath(issue)],
  code: 'config.invalid-value',
  message: `${one.plugin.name}: ${issue.message}`,
  hint: 'look up its options where the plug-in describes them',
});
