import {
  definePlugin,
  optionsSchema,
  pluginApi,
  Secret,
  UmbraError,
  type ConditionKind,
  type ConditionRule,
  type OptionsSchema,
  type Plugin,
  type PluginTrials,
  type SecretProvider,
} from '@umbracore/contracts';
import { ask, type Program } from './ask.ts';
import { programBackend } from './backend.ts';
import { badOutput, parsed } from './messages.ts';
import { programNotifier } from './notifier.ts';
import * as values from './values.ts';

export interface ProgramPluginOptions {
  readonly program: Program;
  /** Conditions of the configuration: a program cannot be asked whether it takes their options at the moment of reading. */
  readonly asked?: readonly ConditionRule[] | undefined;
}

/** A program as a plug-in like any other: it is asked what it brings. Throws `plugin.api`, `plugin.invalid`, `engine.*`. */
export async function programPlugin({ program, asked = [] }: ProgramPluginOptions): Promise<Plugin> {
  const answer = await ask(program, { method: 'describe', params: {}, patience: 'answer' });
  const about = describedBy(program, answer);
  return definePlugin({
    name: about.name,
    version: about.version,
    trials: about.trials as PluginTrials | undefined,
    ...(about.options && { options: schemaOf(program, { what: 'plugin' }) }),
    async register(host, options) {
      for (const one of about.backends) {
        const schema = one.options ? schemaOf(program, { what: 'backend', name: one.name }) : undefined;
        host.addBackend(one.name, programBackend(program, one, about.version ?? '0', options), schema);
      }
      for (const scheme of about.secrets) host.addSecretProvider(secretsOf(program, scheme, options));
      for (const one of about.notifiers) host.addNotifier(programNotifier(program, one, options));
      for (const kind of about.conditions) host.addCondition(await conditionOf(program, kind, options, asked));
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

type Subject = { readonly what: 'plugin' } | { readonly what: 'backend' | 'condition'; readonly name: string };

async function issuesOf(program: Program, subject: Subject, options: unknown) {
  const answer = await ask(program, { method: 'check', params: { ...subject, options }, patience: 'answer' });
  return parsed(values.issues, answer ?? {}, program.name, 'checked options wrongly').issues;
}

/** The program's own check of options; what it takes, it gets as it is written. */
const schemaOf = (program: Program, subject: Subject): OptionsSchema =>
  optionsSchema(async (value) => {
    const issues = await issuesOf(program, subject, value);
    return issues.length === 0 ? { value } : { issues };
  });

const secretsOf = (program: Program, scheme: string, options: unknown): SecretProvider => ({
  scheme,
  async resolve(reference, signal) {
    const params = { reference, options };
    const answer = await ask(program, { method: 'secret', params, patience: 'answer', signal });
    const found = values.secret.safeParse(answer);
    // Not said what is wrong with it, for it may be the secret.
    if (!found.success) throw badOutput(program.name, 'gave something that is no secret');
    return new Secret(found.data.value.replace(/\r?\n$/, ''));
  },
});

async function conditionOf(
  program: Program,
  kind: string,
  options: unknown,
  asked: readonly ConditionRule[],
): Promise<ConditionKind> {
  const verdicts = new Map<string, UmbraError | undefined>();
  for (const rule of asked.filter((one) => one.kind === kind)) {
    verdicts.set(JSON.stringify(rule.options), await refusalOf(program, kind, rule.options));
  }
  return {
    kind,
    check(given) {
      const refusal = verdicts.get(JSON.stringify(given));
      if (refusal !== undefined) throw refusal;
    },
    async evaluate(given, signal) {
      const params = { kind, given, options };
      const answer = await ask(program, { method: 'condition', params, patience: 'answer', signal });
      return parsed(values.seen, answer, program.name, 'answered "condition" wrongly');
    },
  };
}

async function refusalOf(program: Program, kind: string, options: unknown): Promise<UmbraError | undefined> {
  const [issue] = await issuesOf(program, { what: 'condition', name: kind }, options);
  if (issue === undefined) return undefined;
  return new UmbraError('config.invalid-value', `${kind}: ${issue.message}`, {
    hint: issue.hint ?? 'look up its options where its plug-in describes them',
  });
}
