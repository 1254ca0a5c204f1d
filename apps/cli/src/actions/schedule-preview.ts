import type { Action } from '../command.ts';
import type { SchedulePreviewFlags } from '../commands/schedule.ts';
import { checkedConfiguration } from '../config/checked-configuration.ts';
import { chosenJobs, forecast } from '../doors/history.ts';
import { endAfterDays } from '../schedule/days.ts';
import { previewDocument } from '../schedule/preview-document.ts';
import { previewOf } from '../schedule/preview.ts';
import { sayPreview } from '../schedule/show-preview.ts';

const defaultDays = 2;
const defaultCount = 100;

export const action: Action<SchedulePreviewFlags> = async (session, names, flags) => {
  const history = await session.history();
  await checkedConfiguration(session);
  const { from = session.now(), days = defaultDays, count = defaultCount } = flags;
  const { configuration } = history;
  const chosen = names.length === 0 ? undefined : new Set(chosenJobs(configuration, names).map(({ id }) => id));
  const range = { from, until: endAfterDays(from, days) };
  const preview = previewOf(await forecast(history, range), configuration, history.calendar, chosen);
  if (session.json) {
    return session.document('schedule-preview', previewDocument(range, preview, configuration.timezone));
  }
  sayPreview(session, preview, configuration.timezone, count);
};
