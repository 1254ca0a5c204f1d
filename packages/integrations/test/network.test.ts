import { describe, expect, test } from 'vitest';
import { meteredCondition } from '../src/conditions/metered.ts';
import { networkCondition } from '../src/conditions/network.ts';
import { AMachine, look } from './a-machine.ts';

const device = (state: string, metered: string) => `GENERAL.STATE:${state}\\nGENERAL.METERED:${metered}\\n`;
const connected = '100 (connected)';

describe('metered', () => {
  test.each([
    ['u 1', false, 'on a metered connection'],
    ['u 2', true, 'not metered'],
    ['u 3', false, 'probably on a metered connection'],
    ['u 4', true, 'probably not metered'],
    ['u 0', true, 'not known to be metered: NetworkManager does not tell'],
  ])('what busctl tells: %s', async (told, met, text) => {
    using machine = new AMachine();
    machine.program('busctl', `[ "$6" = Metered ] || [ "$7" = Metered ] || exit 9; echo '${told}'`);
    machine.program('nmcli', 'exit 9');
    expect(await look(meteredCondition(machine), false)).toEqual({ met, text });
  });

  test.each([
    [[device(connected, 'yes')], false, 'on a metered connection'],
    [[device(connected, 'no (guessed)')], true, 'probably not metered'],
    [[device(connected, 'no'), device(connected, 'yes (guessed)')], false, 'probably on a metered connection'],
    [[device(connected, 'no'), device('30 (disconnected)', 'yes')], true, 'not metered'],
    [[device(connected, 'unknown')], true, 'not known to be metered: NetworkManager does not tell'],
  ])('what nmcli tells where busctl fails: %j', async (devices, met, text) => {
    using machine = new AMachine();
    machine.program('busctl', 'exit 1');
    machine.program('nmcli', `printf '${devices.join('\\n')}'`);
    expect(await look(meteredCondition(machine), false)).toEqual({ met, text });
  });

  test('is met, with a word about it, where nobody knows', async () => {
    using machine = new AMachine();
    expect(await look(meteredCondition(machine), false)).toEqual({
      met: true,
      text: 'not known to be metered: NetworkManager does not tell',
    });
  });

  test('is not met while NetworkManager gives no answer, and its client is killed', async () => {
    using machine = new AMachine();
    machine.program('busctl', 'while :; do :; done');
    const seen = look(meteredCondition(machine), false);
    await machine.clock.advance(5000);
    expect(await seen).toEqual({ met: false, text: 'no answer within 5 s' });
  });
});

describe('network', () => {
  /** Answers as nmcli does for the active connections and for the wireless networks around. */
  const nmcli = (active: string, wifi: string) =>
    `case "$4" in connection) printf '${active}';; device) printf '${wifi}';; esac`;

  test.each([
    ['the name of the connection', 'Home Office'],
    ['the name of the wireless network', 'net:work'],
    ['the interface', 'eth0'],
    ['one of several', ['elsewhere', 'eth0']],
  ])('is met by %s', async (_, wanted) => {
    using machine = new AMachine();
    machine.up = ['eth0', 'wlan0'];
    machine.program('nmcli', nmcli('Home Office\\n', 'no:Neighbour\\nyes:net\\\\:work\\n'));
    expect(await look(networkCondition(machine), wanted)).toMatchObject({ met: true });
  });

  test('says what it is connected to instead', async () => {
    using machine = new AMachine();
    machine.up = ['eth0'];
    machine.program('nmcli', nmcli('Office\\n', 'no:home\\n'));
    expect(await look(networkCondition(machine), 'home')).toEqual({
      met: false,
      text: 'connected to "Office", "eth0", not to "home"',
    });
  });

  test('asks iwgetid where there is no NetworkManager', async () => {
    using machine = new AMachine();
    machine.program('iwgetid', 'echo home');
    expect(await look(networkCondition(machine), 'home')).toEqual({ met: true, text: 'connected to "home"' });
  });

  test('is not met where nothing is connected', async () => {
    using machine = new AMachine();
    expect(await look(networkCondition(machine), ['a', 'b'])).toEqual({
      met: false,
      text: 'connected to nothing, not to "a", "b"',
    });
  });
});
