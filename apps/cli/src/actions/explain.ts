import { explainDocument } from '@umbracore/runtime/documents';
import { jobNamed } from '@umbracore/runtime/history';
import type { Action } from '../command.ts';
import { printable } from '../output/printable.ts';
import { withDayTimes } from '../output/times.ts';

/** Prints the same decision that a run is started by. */
export const action: Action<object> = async (session, [name = '']) => {
  const { coordinator, configuration } = await session.runtime();
  const job = jobNamed(configuration, name);
  const decision = await coordinator.explain(job.id);
  if (session.json) return session.document('explain', explainDocument(job.id, decision));
  const { verdict, reasons } = decision;
  const { style } = session.stdout;
  const sentences = {
    start: 'a run would start now',
    wait: 'waits for its time',
    skip: 'would be skipped',
    blocked: 'another run has to end first',
    'cancel-other': 'a run would start once the one under way is cancelled',
  } as const;
  session.say(`${style.bold(job.id)} ${sentences[verdict.type]}`);
  for (const { ok, text } of reasons) {
    session.say(
      `  ${ok ? style.green(session.signs.good) : style.red(session.signs.bad)} ${printable(withDayTimes(text, session.now()))}`,
    );
  }
};
