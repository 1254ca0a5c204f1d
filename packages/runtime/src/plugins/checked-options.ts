import { issuePath, UmbraError, type OptionsIssue, type OptionsSchema } from '@umbracore/contracts';
import type { ChosenPlugin } from './chosen-plugin.ts';

/** What a schema makes of options, or what is wrong with them. A plug-in without a schema takes what is written. */
export async function checkOptions(
  schema: OptionsSchema | undefined,
  options: unknown,
): Promise<{ readonly value: unknown; readonly issues: readonly OptionsIssue[] }> {
  if (schema === undefined) return { value: options, issues: [] };
  const result = await schema['~standard'].validate(options ?? {});
  return result.issues === undefined ? { value: result.value, issues: [] } : { value: options, issues: result.issues };
}

/** The options that a plug-in is registered with. Throws `config.invalid-value` with the first thing wrong. */
export async function optionsFor({ plugin, options, isChecked }: ChosenPlugin): Promise<unknown> {
  if (isChecked === true) return options;
  const { value, issues } = await checkOptions(plugin.options, options);
  const [first] = issues;
  if (first === undefined) return value;
  const where = ['options', ...issuePath(first)].join('.');
  throw new UmbraError('config.invalid-value', `the plug-in ${plugin.name} refuses ${where}: ${first.message}`, {
    hint: 'Look up its options where the plug-in describes them.',
  });
}
