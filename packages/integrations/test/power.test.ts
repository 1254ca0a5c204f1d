import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { minBatteryCondition } from '../src/conditions/min-battery.ts';
import { powerCondition } from '../src/conditions/power.ts';
import { AMachine, look } from './a-machine.ts';

type Supplies = Readonly<Record<string, Readonly<Record<string, string>>>>;

const mains = (online: string) => ({ type: 'Mains', online });
const battery = (status: string, capacity: string) => ({ type: 'Battery', present: '1', status, capacity });

function machineWith(supplies: Supplies): AMachine {
  const machine = new AMachine();
  for (const [name, properties] of Object.entries(supplies)) machine.supply(name, properties);
  return machine;
}

test.each<[string, Supplies, 'ac' | 'battery', string]>([
  ['nothing at all', {}, 'ac', 'on AC power'],
  ['mains alone', { AC: mains('1') }, 'ac', 'on AC power'],
  ['a laptop at its desk', { AC: mains('1'), BAT0: battery('Charging', '80') }, 'ac', 'on AC power, battery at 80 %'],
  ['a laptop on the train', { AC: mains('0'), BAT0: battery('Discharging', '34') }, 'battery', 'on battery, 34 %'],
  ['a full battery', { AC: mains('1'), BAT0: battery('Full', '100') }, 'ac', 'on AC power, battery at 100 %'],
  [
    'a weak charger',
    { USB: { type: 'USB', online: '1' }, BAT0: battery('Discharging', '9') },
    'ac',
    'on AC power, battery at 9 %',
  ],
  [
    'a charger by programmable supply',
    { USB: { type: 'USB', online: '2' }, BAT0: battery('Charging', '9') },
    'ac',
    'on AC power, battery at 9 %',
  ],
  ['two batteries', { BAT0: battery('Full', '90'), BAT1: battery('Discharging', '40') }, 'battery', 'on battery, 65 %'],
  [
    'a battery that holds its charge',
    { AC: mains('0'), BAT0: battery('Not charging', '60') },
    'ac',
    'on AC power, battery at 60 %',
  ],
  ['the battery of a mouse', { mouse: { ...battery('Discharging', '5'), scope: 'Device' } }, 'ac', 'on AC power'],
  ['an empty slot', { BAT1: { ...battery('Discharging', '0'), present: '0' } }, 'ac', 'on AC power'],
  [
    'an uninterruptible supply without mains',
    { ups: { type: 'UPS', status: 'Discharging', capacity: '70' } },
    'battery',
    'on battery, 70 %',
  ],
  ['a battery that tells no charge', { BAT0: { type: 'Battery', status: 'Discharging' } }, 'battery', 'on battery'],
])('power of %s', async (_, supplies, seen, text) => {
  using machine = machineWith(supplies);
  const kind = powerCondition(machine);
  expect(await look(kind, 'ac')).toEqual({ met: seen === 'ac', text });
  expect(await look(kind, 'battery')).toEqual({ met: seen === 'battery', text });
});

test.each<[Supplies, unknown, boolean, string]>([
  [{}, 100, true, 'no battery'],
  [{ AC: mains('1') }, '40%', true, 'no battery'],
  [{ BAT0: battery('Discharging', '40') }, 40, true, 'battery at 40 %'],
  [{ BAT0: battery('Discharging', '39') }, '40 %', false, 'battery at 39 %, 40 % wanted'],
  [{ AC: mains('1'), BAT0: battery('Charging', '12') }, '40', false, 'battery at 12 %, 40 % wanted'],
  [{ BAT0: battery('Full', '100'), BAT1: { type: 'Battery' } }, 40, true, 'battery at 100 %'],
  [{ BAT0: { type: 'Battery', capacity: 'oops' } }, 1, false, 'the battery does not tell its charge'],
])('minBattery of %j, %j wanted', async (supplies, wanted, met, text) => {
  using machine = machineWith(supplies);
  expect(await look(minBatteryCondition(machine), wanted)).toEqual({ met, text });
});

test('where there is no /sys neither is met', async () => {
  using machine = new AMachine();
  rmSync(join(machine.root, 'sys'), { recursive: true });
  for (const seen of [await look(powerCondition(machine), 'ac'), await look(minBatteryCondition(machine), 1)])
    expect(seen).toMatchObject({ met: false, text: expect.stringContaining('cannot be found out') as string });
});
