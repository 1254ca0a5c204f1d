import { UmbraError, type ErrorCode } from '@umbracore/contracts';
import { recordingLog } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { Alarms } from './alarms.ts';
import type { Ledger } from './ledger.ts';
import { memoryLedger } from './memory-ledger.ts';
import { tellingRefusals } from './refusals.ts';

/** A ledger whose disk refuses with the given code as long as there is one. */
function moody() {
  const ledger = memoryLedger();
  const mood: { code: ErrorCode | undefined } = { code: undefined };
  const refusing: Ledger = {
    ...ledger,
    write: (work) =>
      mood.code === undefined ? ledger.write(work) : Promise.reject(new UmbraError(mood.code, 'no', { hint: 'do' })),
  };
  const { lines, ...log } = recordingLog();
  const alarms = new Alarms(log);
  const telling = tellingRefusals(refusing, alarms);
  const tryToWrite = (): Promise<unknown> => telling.write((entry) => entry.nextFence()).catch(() => undefined);
  return { mood, alarms, lines, tryToWrite };
}

test.each(['state.full', 'state.read-only'] as const)('%s is an alarm until a write succeeds', async (code) => {
  const { mood, alarms, lines, tryToWrite } = moody();
  await tryToWrite();
  expect(alarms.list()).toEqual([]);
  mood.code = code;
  for (let time = 0; time < 3; time++) {
    await tryToWrite();
    expect(alarms.list()).toEqual([{ code, message: 'no', hint: 'do' }]);
  }
  mood.code = undefined;
  await tryToWrite();
  expect(alarms.list()).toEqual([]);
  expect(lines).toHaveLength(1);
});

test('other errors are no alarm, and other alarms do not end with a write', async () => {
  const { mood, alarms, tryToWrite } = moody();
  alarms.raise({ code: 'state.damaged', message: 'a file was set aside', hint: 'look' });
  mood.code = 'state.lease-lost';
  await tryToWrite();
  mood.code = undefined;
  await tryToWrite();
  expect(alarms.list()).toMatchObject([{ code: 'state.damaged' }]);
});
