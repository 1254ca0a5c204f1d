import { createServer, type Server } from 'node:net';
import type { Sensor, SensorReading, SensorSubject } from '@umbracore/contracts';
import { describe, expect, test } from 'vitest';
import { latencyAboveSensor, serverOf } from '../src/sensors/latency-above.ts';
import { loadAboveSensor } from '../src/sensors/load-above.ts';
import { meteredSensor } from '../src/sensors/metered.ts';
import { batteryBelowSensor, powerSensor } from '../src/sensors/power.ts';
import { pressureSensor } from '../src/sensors/pressure.ts';
import { temperatureAboveSensor } from '../src/sensors/temperature-above.ts';
import { betweenSensor, daysSensor } from '../src/sensors/time-of-week.ts';
import { builtinSensors } from '../src/sensors/builtin-sensors.ts';
import { userActiveSensor } from '../src/sensors/user-active.ts';
import { AMachine } from './a-machine.ts';

const nowhere: SensorSubject = { zone: 'UTC', locations: [] };

const sense = (sensor: Sensor, options: unknown, subject = nowhere): Promise<SensorReading> =>
  sensor.sense(options, subject, new AbortController().signal);

const psi = (share: number): string =>
  `some avg10=${share.toFixed(2)} avg60=0.00 avg300=0.00 total=1\nfull avg10=99.00 avg60=0.00 avg300=0.00 total=1\n`;

describe('how busy the machine is', () => {
  test.each([
    [30, 'holds'],
    [20, 'holds'],
    [17, 'near'],
    [16, 'clear'],
    [0, 'clear'],
  ])('pressure of %d %% where 20 %% are the limit: %s', async (share, verdict) => {
    using machine = new AMachine();
    machine.put('proc/pressure/io', psi(share));
    expect(await sense(pressureSensor(machine, 'io'), '20%')).toEqual({ verdict, text: `io pressure ${share} %` });
  });

  test.each([
    ['8.00', 'holds', 'load 2.00 per processor, for this system does not tell its pressure'],
    ['4.00', 'clear', 'load 1.00 per processor, for this system does not tell its pressure'],
  ])('without PSI the load counts: %s', async (load, verdict, text) => {
    using machine = new AMachine();
    machine.put('proc/loadavg', `${load} 1.00 1.00 1/100 1\n`);
    expect(await sense(pressureSensor(machine, 'cpu'), 40)).toEqual({ verdict, text });
    expect(await sense(pressureSensor(machine, 'memory'), 40)).toMatchObject({ verdict: 'unknown' });
  });

  test.each([
    ['6.00', 'holds'],
    ['5.00', 'near'],
    ['4.00', 'clear'],
  ])('the load by processors: %s', async (load, verdict) => {
    using machine = new AMachine();
    machine.put('proc/loadavg', `${load} 1.00 1.00 1/100 1\n`);
    expect(await sense(loadAboveSensor(machine), 1.5)).toMatchObject({ verdict });
  });

  test.each([
    [[81_000, 40_000], 'holds', '81 °C'],
    [[75_000], 'near', '75 °C'],
    [[60_000, 0], 'clear', '60 °C'],
    [[], 'unknown', 'this machine does not tell its temperature'],
  ])('the warmest part: %j', async (degrees, verdict, text) => {
    using machine = new AMachine();
    for (const [zone, value] of degrees.entries())
      machine.put(`sys/class/thermal/thermal_zone${zone}/temp`, `${value}\n`);
    expect(await sense(temperatureAboveSensor(machine), 80)).toEqual({ verdict, text });
  });
});

describe('what it runs on', () => {
  test.each([
    ['Discharging', 'holds', 'on battery'],
    ['Charging', 'clear', 'on AC power'],
  ])('a battery that is %s', async (status, verdict, text) => {
    using machine = new AMachine();
    machine.supply('BAT0', { type: 'Battery', status, capacity: '50' });
    expect(await sense(powerSensor(machine), 'battery')).toEqual({ verdict, text });
  });

  test.each([
    ['39', 'holds'],
    ['45', 'near'],
    ['50', 'clear'],
    [undefined, 'unknown'],
  ])('a battery at %s %% where 40 %% are too little: %s', async (capacity, verdict) => {
    using machine = new AMachine();
    machine.supply('BAT0', { type: 'Battery', status: 'Charging', ...(capacity === undefined ? {} : { capacity }) });
    expect(await sense(batteryBelowSensor(machine), '40%')).toMatchObject({ verdict });
  });

  test('no battery is never too low', async () => {
    using machine = new AMachine();
    expect(await sense(batteryBelowSensor(machine), 40)).toEqual({ verdict: 'clear', text: 'no battery' });
  });
});

describe('how well it is connected', () => {
  test.each([
    ['u 1', true, 'holds'],
    ['u 2', true, 'clear'],
    ['u 2', false, 'holds'],
    ['u 0', true, 'unknown'],
  ])('NetworkManager says %s, asked for %s: %s', async (told, wanted, verdict) => {
    using machine = new AMachine();
    machine.program('busctl', `echo '${told}'`);
    expect(await sense(meteredSensor(machine), wanted)).toMatchObject({ verdict });
  });

  test.each([
    ['rest:https://backup.example.net:8000/r/', 'backup.example.net', 8000],
    ['rest:http://user@backup.example.net/', 'backup.example.net', 80],
    ['s3:https://s3.example.net/bucket', 's3.example.net', 443],
    ['s3:s3.example.net/bucket', 's3.example.net', 443],
    ['sftp:user@nas:/backup', 'nas', 22],
    ['sftp://user@nas:2222//backup', 'nas', 2222],
  ])('the server of %s', (location, host, port) => {
    expect(serverOf(location)).toEqual({ host, port });
  });

  test.each(['/mnt/backup', 'b2:bucket:path', 'rclone:cloud:path', 's3:bucket/path'])('no server of %s', (location) => {
    expect(serverOf(location)).toBeUndefined();
  });

  test('a server that answers, one that does not, and none', async () => {
    using machine = new AMachine();
    const sensor = latencyAboveSensor(machine);
    const server = createServer((socket) => void socket.destroy());
    const location = (port: number): string => `rest:http://127.0.0.1:${port}/`;
    const port = await listening(server);
    const seen = (at: number) => sense(sensor, '300ms', { zone: 'UTC', locations: [location(at), '/mnt/backup'] });
    // The clock of a test stands still.
    expect(await seen(port)).toEqual({ verdict: 'clear', text: '0 ms to the server of the repository' });
    await new Promise((resolve) => void server.close(resolve));
    expect(await seen(port)).toMatchObject({ verdict: 'unknown' });
    expect(await sense(sensor, '300ms')).toMatchObject({ verdict: 'clear' });
  });
});

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

describe('who uses it', () => {
  test.each([
    [60_000, true, 'holds'],
    [600_000, true, 'clear'],
    [600_000, '15m', 'holds'],
  ])('typed %d ms ago, asked for %s: %s', async (agoMs, options, verdict) => {
    using machine = new AMachine();
    await machine.clock.advance(3_600_000);
    machine.put('dev/tty1', '', machine.clock.now() - agoMs).put('dev/pts/ptmx', '');
    expect(await sense(userActiveSensor(machine), options)).toMatchObject({ verdict });
  });
});

describe('what time it is', () => {
  /** Friday. */
  const friday = Date.parse('2026-11-27T00:00:00Z');

  test.each([
    ['22:00-07:00', '21:59', 'clear'],
    ['22:00-07:00', '22:00', 'holds'],
    ['22:00-07:00', '06:59', 'holds'],
    ['22:00-07:00', '07:00', 'clear'],
    ['09:00-17:00', '12:00', 'holds'],
    ['09:00-17:00', '17:00', 'clear'],
    ['0:00-24:00', '12:00', 'holds'],
  ])('%s at %s: %s', async (between, time, verdict) => {
    using machine = new AMachine();
    const [hours = 0, minutes = 0] = time.split(':').map(Number);
    await machine.clock.advance(friday + (hours * 60 + minutes) * 60_000 - machine.clock.now());
    expect(await sense(betweenSensor(machine.clock), between)).toEqual({ verdict, text: `Fri ${time}` });
  });

  test('in the zone of the policy', async () => {
    using machine = new AMachine();
    await machine.clock.advance(friday + 23 * 3_600_000 - machine.clock.now());
    const berlin = { ...nowhere, zone: 'Europe/Berlin' };
    expect(await sense(daysSensor(machine.clock), ['Sat', 'Sun'])).toMatchObject({ verdict: 'clear' });
    expect(await sense(daysSensor(machine.clock), 'Sat', berlin)).toEqual({ verdict: 'holds', text: 'Sat 00:00' });
  });
});

test.each<[string, readonly unknown[]]>([
  ['between', ['22', '22:00', '25:00-07:00', '22:60-23:00', 22, undefined]],
  ['days', ['Someday', [], ['Mon', 'mon'], 3]],
  ['power', ['mains', true]],
  ['batteryBelow', ['0%', 101, 'low']],
  ['metered', ['yes', 1]],
  ['userActive', [false, '0s', 5]],
  ['loadAbove', [0, -1, '2', Infinity]],
  ['cpuPressureAbove', ['200%', 0]],
  ['temperatureAbove', ['80°', 0]],
  ['latencyAbove', [300, '0ms']],
])('%s refuses what makes no sense', (kind, all) => {
  using machine = new AMachine();
  const sensor = builtinSensors(machine).find((one) => one.kind === kind);
  for (const options of all)
    expect(() => sensor?.check(options), JSON.stringify(options)).toThrow(
      expect.objectContaining({ code: 'config.invalid-value', hint: expect.stringContaining(`write ${kind}:`) }),
    );
});

test('one that hangs is unknown, and so is one that breaks', async () => {
  using machine = new AMachine();
  machine.program('busctl', 'while :; do :; done');
  const seen = sense(meteredSensor(machine), true);
  await machine.clock.advance(5000);
  expect(await seen).toEqual({ verdict: 'unknown', text: 'no answer within 5 s' });
  machine.put('proc/loadavg', 'nonsense');
  expect(await sense(loadAboveSensor(machine), 1)).toMatchObject({ verdict: 'unknown' });
});
