import { issuePath, UmbraError, type OptionsIssue, type OptionsSchema } from '@umbracore/contracts';
import type { ChosenPlugin } from './chosen-plugin.ts';
import { faultOf } from './fault-of.ts';

/** What became of options. */
export interface CheckedOptions {
  readonly value: unknown;
  readonly issues: readonly OptionsIssue[];
  /** Why it is not known whether they are taken. */
  readonly fault: UmbraError | undefined;
}

/** What a schema makes of options, or what is wrong with them. A plug-in without a schema takes what is written. */
export async function checkOptions(
  schema: OptionsSchema | undefined,
  options: unknown,
  name: string,
): Promise<CheckedOptions> {
  const asWritten = { value: options, issues: [], fault: undefined };
  if (schema === undefined) return asWritten;
  try {
    const result = await schema['~standard'].validate(options ?? {});
    return result.issues === undefined
      ? { ...asWritten, value: result.value }
      : { ...asWritten, issues: result.issues };
  } catch (thrown) {
    return { ...asWritten, fault: faultOf(name, 'checked its options', thrown) };
  }
}

/** The options that a plug-in is registered with. Throws `config.invalid-value` with the first thing wrong. */
export async function optionsFor({ plugin, options, isChecked }: ChosenPlugin): Promise<unknown> {
  if (isChecked === true) return options;
  const { value, issues, fault } = await checkOptions(plugin.options, options, plugin.name);
  if (fault !== undefined) throw fault;
  const [first] = issues;
  if (first === undefined) return value;
  const where = ['options', ...issuePath(first)].join('.');
  throw new UmbraError('config.invalid-value', `the plug-in ${plugin.name} refuses ${where}: ${first.message}`, {
    hint: 'Look up its options where the plug-in describes them.',
  });
}
