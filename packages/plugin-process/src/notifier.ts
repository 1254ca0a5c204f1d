import type { ChannelValues, NotifierKind } from '@umbracore/contracts';
import { ask } from './ask.ts';
import type { Asking } from './kinds.ts';
import type { Described } from './values.ts';

/** A kind of channel whose messages a program hands over. */
export const programNotifier = (
  { program, doubts, options }: Asking,
  { kind, text, settings }: Described['notifiers'][number],
): NotifierKind => ({
  kind,
  text,
  settings,
  async send(message, values, signal) {
    const params = { kind, message, settings: settingsIn(values, settings), options };
    await doubts.settle();
    await ask(program, { method: 'send', params, patience: 'answer', signal });
  },
});

/** The settings as the program gets them: with their secrets, for it is the one who sends. */
function settingsIn(values: ChannelValues, settings: NotifierKind['settings']): Readonly<Record<string, unknown>> {
  const of = (name: string, type: NotifierKind['settings'][string]['type']): unknown => {
    if (type === 'texts') return values.texts(name);
    if (type === 'number') return values.number(name);
    if (type === 'flag') return values.flag(name);
    return type === 'map' ? values.map(name) : values.text(name);
  };
  return Object.fromEntries(Object.entries(settings).map(([name, { type }]) => [name, of(name, type)]));
}
