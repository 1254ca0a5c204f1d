import { UmbraError, type ChannelValues, type Message, type NotifierKind } from '@umbracore/contracts';
import { expect, test } from 'vitest';
import { notifierCases, runCases } from './index.ts';

type Sender = (message: Message, values: ChannelValues, signal: AbortSignal) => Promise<void>;

/** A pigeon that flies to a loft, and a loft that remembers what came. */
function pigeon(lofts: Map<string, string>, change: Partial<NotifierKind> = {}): NotifierKind {
  return {
    kind: 'pigeon',
    text: 'a letter on a leg',
    settings: { loft: { type: 'text', required: true, text: 'where it flies to' } },
    check(values) {
      if (values.text('loft') !== 'nowhere') return;
      throw new UmbraError('config.invalid-value', 'pigeon: nowhere is no loft', { hint: 'Write a place.' });
    },
    async send({ subject, text }, values, signal) {
      signal.throwIfAborted();
      const loft = values.text('loft') ?? '';
      if (loft === 'moon') throw new UmbraError('notify.unreachable', 'no pigeon flies so far');
      lofts.set(loft, `${subject}\n${text}`);
    },
    ...change,
  };
}

const outcome = async (beginning: string, change: (lofts: Map<string, string>) => Partial<NotifierKind>) => {
  const cases = notifierCases.filter(({ name }) => name.startsWith(beginning));
  const [result] = await runCases(cases, {
    open: async () => {
      const lofts = new Map<string, string>();
      return {
        kind: pigeon(lofts, change(lofts)),
        settings: { loft: 'roof' },
        arrived: async () => lofts.get('roof') ?? '',
        refused: [{ loft: 'nowhere' }],
        unreachable: { settings: { loft: 'moon' } },
        async [Symbol.asyncDispose]() {},
      };
    },
  });
  return result?.outcome;
};

test.each(notifierCases)('a good kind: $name', async ({ name }) => {
  expect(await outcome(name, () => ({}))).toBe('passed');
});

const sending = (send: (lofts: Map<string, string>) => Sender) => (lofts: Map<string, string>) => ({
  send: send(lofts),
});
const fails = (error: Error) => ({
  check() {
    throw error;
  },
});
const faults: readonly (readonly [string, string, (lofts: Map<string, string>) => Partial<NotifierKind>])[] = [
  ['explains nothing', 'every setting', () => ({ settings: { loft: { type: 'text', text: ' ' } } })],
  ['says nothing of itself', 'every setting', () => ({ text: '' })],
  ['takes nothing', 'settings that make sense', () => fails(new UmbraError('config.invalid-value', 'no'))],
  ['takes everything', 'settings that make no sense', () => ({ check() {} })],
  ['refuses with another error', 'settings that make no sense', () => fails(new TypeError('nowhere'))],
  ['refuses without a hint', 'settings that make no sense', () => fails(new UmbraError('config.invalid-value', 'no'))],
  ['never arrives', 'a message is handed over', sending(() => () => Promise.reject(new Error('lost')))],
  [
    'loses the text',
    'subject and text',
    sending(
      (lofts) =>
        async ({ subject }) =>
          void lofts.set('roof', subject),
    ),
  ],
  [
    'writes on the letter',
    'a message is not changed',
    sending(() => async (message) => void Object.assign(message, { subject: 'mine' })),
  ],
  ['says that it arrived on the moon', 'a channel that nobody reaches', sending(() => async () => {})],
  [
    'has another error for the moon',
    'a channel that nobody reaches',
    sending(() => () => Promise.reject(new UmbraError('notify.refused', 'no'))),
  ],
  ['flies although nobody waits', 'it rejects soon', sending(() => async () => {})],
  [
    'flies before it says no',
    'it rejects soon',
    sending((lofts) => async (_message, _values, signal) => {
      lofts.set('roof', 'sent');
      signal.throwIfAborted();
    }),
  ],
];

test.each(faults)('a kind that %s fails: %s …', async (_, beginning, change) => {
  expect(await outcome(beginning, change)).toBe('failed');
});

test('every case can fail', () => {
  const safe = notifierCases.filter(({ name }) => !faults.some(([, beginning]) => name.startsWith(beginning)));
  expect(safe).toEqual([]);
});
