import { isUmbraError, type ChannelValues, type Message, type NotifierKind } from '@umbracore/contracts';
import { deepEqual, doesNotThrow, equal, match, ok, rejects } from 'node:assert/strict';
import type { ContractCase } from './contract-case.ts';

/** Settings of a channel as they stand in a configuration, secrets already in place. */
export type ChannelSettings = Readonly<Record<string, unknown>>;

/** One kind of channel under test, and settings for it. */
export interface NotifierSubject extends AsyncDisposable {
  readonly kind: NotifierKind;
  /** Of a channel that takes what it is sent. */
  readonly settings: ChannelSettings;
  /** What has arrived there, as text. */
  readonly arrived?: (() => Promise<string>) | undefined;
  /** Of channels that make no sense. */
  readonly refused?: readonly ChannelSettings[] | undefined;
  /** Of a channel that nobody reaches now. */
  readonly unreachable?: { readonly settings: ChannelSettings } | undefined;
}

/** Settings as a kind reads them. */
export function channelValues(settings: ChannelSettings): ChannelValues {
  const of = <T>(name: string, isRight: (value: unknown) => value is T): T | undefined => {
    const value = settings[name];
    return isRight(value) ? value : undefined;
  };
  const isText = (value: unknown): value is string => typeof value === 'string';
  const isMap = (value: unknown): value is Readonly<Record<string, string>> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText);
  return {
    text: (name) => of(name, isText),
    texts: (name) => of(name, isTexts) ?? [of(name, isText)].filter((one) => one !== undefined),
    number: (name) => of(name, (value) => typeof value === 'number'),
    flag: (name) => of(name, (value) => typeof value === 'boolean'),
    map: (name) => of(name, isMap) ?? {},
  };
}

/** A message like those that are sent, with words that stand nowhere else. */
export function aMessage(overrides: Partial<Message> = {}): Message {
  return {
    id: 'message-1',
    subject: 'documents failed: canary-51c7',
    text: 'The repository could not be reached.\numbra explain documents\ncanary-8e20',
    severity: 'error',
    event: 'failed',
    notices: [],
    at: Date.UTC(2026, 0, 5, 12),
    host: 'box',
    ...overrides,
  };
}

const send = (kind: NotifierKind, settings: ChannelSettings, signal = new AbortController().signal) =>
  kind.send(aMessage(), channelValues(settings), signal);

/** What every kind of channel has to do. */
export const notifierCases: readonly ContractCase<NotifierSubject>[] = [
  {
    name: 'every setting says what it is, in a line',
    async run({ kind }) {
      match(kind.text, /\S/);
      for (const [name, { text }] of Object.entries(kind.settings)) match(text, /^\P{Cc}*\S\P{Cc}*$/u, name);
    },
  },
  {
    name: 'settings that make sense are taken, as often as they are checked',
    async run({ kind, settings }) {
      for (const _ of [1, 2]) doesNotThrow(() => kind.check?.(channelValues(settings)));
    },
  },
  {
    name: 'settings that make no sense are refused with config.invalid-value and what to write instead',
    wants: ['refused'],
    async run({ kind, refused = [] }) {
      for (const settings of refused) {
        const thrown = ((): unknown => {
          try {
            kind.check?.(channelValues(settings));
            return undefined;
          } catch (error) {
            return error;
          }
        })();
        ok(isUmbraError(thrown), `it should refuse ${JSON.stringify(settings)}`);
        deepEqual([thrown.code, typeof thrown.hint], ['config.invalid-value', 'string']);
      }
    },
  },
  {
    name: 'a message is handed over when it resolves',
    async run({ kind, settings }) {
      equal(await send(kind, settings), undefined);
    },
  },
  {
    name: 'subject and text arrive',
    wants: ['arrived'],
    async run({ kind, settings, arrived }) {
      await send(kind, settings);
      const text = (await arrived?.()) ?? '';
      ok(text.includes('canary-51c7') && text.includes('canary-8e20'), `this has arrived: ${text}`);
    },
  },
  {
    name: 'a message is not changed',
    async run({ kind, settings }) {
      const message = aMessage();
      await kind.send(message, channelValues(settings), new AbortController().signal);
      deepEqual(message, aMessage());
    },
  },
  {
    name: 'a channel that nobody reaches rejects with notify.unreachable',
    wants: ['unreachable'],
    async run({ kind, unreachable }) {
      if (unreachable === undefined) return;
      await rejects(send(kind, unreachable.settings), (thrown) => {
        ok(isUmbraError(thrown), `expected an UmbraError, got ${String(thrown)}`);
        equal(thrown.code, 'notify.unreachable');
        return true;
      });
    },
  },
  {
    name: 'it rejects soon when its signal has aborted, and sends nothing',
    async run({ kind, settings, arrived }) {
      await rejects(send(kind, settings, AbortSignal.abort()));
      equal((await arrived?.()) ?? '', '', 'it was sent all the same');
    },
  },
];
