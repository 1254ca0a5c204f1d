import { Secret, type ConditionKind, type HookKind, type SecretProvider, type Sensor } from '@umbracore/contracts';
import { ask, type Program, type Question } from './ask.ts';
import { checkedBeforehand, type AskedRules } from './checked-beforehand.ts';
import type { Doubts } from './doubts.ts';
import { badOutput, parsed } from './messages.ts';
import * as values from './values.ts';

/** What a program that brings something is asked with. */
export interface Asking {
  readonly program: Program;
  readonly doubts: Doubts;
  /** The options of the plug-in. */
  readonly options: unknown;
  readonly asked: AskedRules;
}

export const programSecrets = ({ program, doubts, options }: Asking, scheme: string): SecretProvider => ({
  scheme,
  async resolve(reference, signal) {
    await doubts.settle();
    const params = { reference, options };
    const answer = await ask(program, { method: 'secret', params, patience: 'answer', signal });
    const found = values.secret.safeParse(answer);
    // Not said what is wrong with it, for it may be the secret.
    if (!found.success) throw badOutput(program.name, 'gave something that is no secret');
    return new Secret(found.data.value.replace(/\r?\n$/, ''));
  },
});

export async function programCondition(asking: Asking, kind: string): Promise<ConditionKind> {
  const { program, doubts, options, asked } = asking;
  return {
    kind,
    check: await checkedBeforehand(doubts, 'condition', kind, asked.conditions),
    async evaluate(given, signal) {
      await doubts.settle({ what: 'condition', name: kind }, given);
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
  const { program, doubts, options, asked } = asking;
  return {
    kind,
    freshMs,
    check: await checkedBeforehand(doubts, 'sensor', kind, asked.sensors),
    async sense(given, subject, signal) {
      await doubts.settle({ what: 'sensor', name: kind }, given);
      const params = { kind, given, subject, options };
      const answer = await ask(program, { method: 'sensor', params, patience: 'answer', signal });
      return parsed(values.reading, answer, program.name, 'answered "sensor" wrongly');
    },
  };
}

export async function programHook(asking: Asking, kind: string): Promise<HookKind> {
  const { program, doubts, options, asked } = asking;
  return {
    kind,
    check: await checkedBeforehand(doubts, 'hook', kind, asked.hooks),
    async run(given, occasion, { signal, note, secrets }) {
      await doubts.settle({ what: 'hook', name: kind }, given);
      const revealed = Object.entries(secrets).map(([name, secret]) => [name, secret.reveal()]);
      const params = { kind, given, occasion, secrets: Object.fromEntries(revealed), options };
      // Its time is the one that the configuration gives to the hook.
      const question: Question = { method: 'hook', params, patience: 'given', signal, note };
      const answer = await ask(program, question);
      return parsed(values.verdict, answer, program.name, 'answered "hook" wrongly').verdict;
    },
  };
}
