import type { Machine } from './machine.ts';
import { printedBy } from './program.ts';

export interface Metered {
  readonly metered: boolean;
  /** NetworkManager knows some connections by experience only, such as those through a phone. */
  readonly guessed: boolean;
}

const manager = 'org.freedesktop.NetworkManager';

/** What NetworkManager says about the connection in use; undefined if it is not there or does not know. */
export async function meteredState(machine: Machine, signal: AbortSignal): Promise<Metered | undefined> {
  const property = ['get-property', manager, '/org/freedesktop/NetworkManager', manager, 'Metered'];
  const told = await printedBy(machine, ['busctl', '--system', '--auto-start=no', ...property], signal);
  if (told !== undefined) return meteredByNumber.get(told.trim());
  const fields = 'GENERAL.STATE,GENERAL.METERED';
  const devices = await printedBy(machine, ['nmcli', '-t', '-f', fields, 'device', 'show'], signal);
  return devices === undefined ? undefined : meteredOfDevices(devices);
}

/** The values of `NMMetered` as busctl prints them; 0 is unknown. */
const meteredByNumber: ReadonlyMap<string, Metered> = new Map([
  ['u 1', { metered: true, guessed: false }],
  ['u 2', { metered: false, guessed: false }],
  ['u 3', { metered: true, guessed: true }],
  ['u 4', { metered: false, guessed: true }],
]);

/** nmcli does not say which device is in use, so one connected device that is metered is enough. */
function meteredOfDevices(text: string): Metered | undefined {
  const connected = text.split('\n\n').filter((device) => /^GENERAL\.STATE:100\b/mu.test(device));
  const states = connected.flatMap((device) => {
    const answer = /^GENERAL\.METERED:(yes|no)( \(guessed\))?$/mu.exec(device);
    return answer === null ? [] : [{ metered: answer[1] === 'yes', guessed: answer[2] !== undefined }];
  });
  return states.find(({ metered }) => metered) ?? states[0];
}

/** Names of the connections and wireless networks in use, as far as anybody tells. */
export async function connectionNames(machine: Machine, signal: AbortSignal): Promise<readonly string[]> {
  const ask = (...argv: string[]) => printedBy(machine, argv, signal);
  const [active = '', wifi = '', ssid = ''] = await Promise.all([
    ask('nmcli', '-t', '-f', 'NAME', 'connection', 'show', '--active'),
    ask('nmcli', '-t', '-f', 'ACTIVE,SSID', 'device', 'wifi', 'list', '--rescan', 'no'),
    ask('iwgetid', '--raw'),
  ]);
  const inUse = lines(wifi).flatMap((line) => (line.startsWith('yes:') ? [line.slice('yes:'.length)] : []));
  return [...[...lines(active), ...inUse].map(unescaped), ...lines(ssid)];
}

const lines = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

/** nmcli puts a backslash before colons and backslashes. */
const unescaped = (text: string): string => text.replaceAll(/\\(.)/gu, '$1');
