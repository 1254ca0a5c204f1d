import { Secret, type ConditionKind, type HookKind, type SecretProvider, type Sensor } from '@umbracore/contracts';
import { ask, type Program, type Question } from './ask.ts';
import { checkedBeforehand, type AskedRules } from './checked-beforehand.ts';
import { badOutput, parsed } from './messages.ts';
import * as values from './values.ts';

/** What a program that brings something is asked with. */
export interface Asking {
  readonly program: Program;
  /** The options of the plug-in. */
  readonly options: unknown;
  readonly asked: AskedRules;
}

export const programSecrets = ({ program, options }: Asking, scheme: string): SecretProvider => ({
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

export async function programCondition(asking: Asking, kind: string): Promise<ConditionKind> {
  const { program, options, asked } = asking;
  return {
    kind,
    check: await checkedBeforehand(program, 'condition', kind, asked.conditions),
    async evaluate(given, signal) {
      const params = { kind, given, options };
      const answer = await ask(program, { method: 'condition', params, patience: 'answer', signal });
      return parsed(values.seen, answer, program.name, 'answered "condition" wrongly');
    },
  };
}

export async function programSensor(
  asking: Asking,
  { kind, freshMs }: values.Described['sensors'][number],
): Promise<Sensor> {
  const { program, options, asked } = asking;
  return {
    kind,
    freshMs,
    check: await checkedBeforehand(program, 'sensor', kind, asked.sensors),
    async sense(given, subject, signal) {
      const params = { kind, given, subject, options };
      const answer = await ask(program, { method: 'sensor', params, patience: 'answer', signal });
      return parsed(values.reading, answer, program.name, 'answered "sensor" wrongly');
    },
  };
}

export async function programHook(asking: Asking, kind: string): Promise<HookKind> {
  const { program, options, asked } = asking;
  return {
    kind,
    check: await checkedBeforehand(program, 'hook', kind, asked.hooks),
    async run(given, occasion, { signal, note, secrets }) {
      const revealed = Object.entries(secrets).map(([name, secret]) => [name, secret.reveal()]);
      const params = { kind, given, occasion, secrets: Object.fromEntries(revealed), options };
      // Its time is the one that the configuration gives to the hook.
      const question: Question = { method: 'hook', params, patience: 'given', signal, note };
      const answer = await ask(program, question);
      return parsed(values.verdict, answer, program.name, 'answered "hook" wrongly').verdict;
    },
  };
}
