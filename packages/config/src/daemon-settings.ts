import { isIPv4 } from 'node:net';
import { dirname } from 'node:path';
import type { DaemonSettings } from '@umbracore/contracts';
import { builtInDaemon } from './built-in.ts';
import type { Entry } from './reading/collect.ts';
import { absolutePath } from './reading/file-path.ts';
import type { DaemonInput } from './schema/configuration.ts';
import { nearestSpan, type Finding } from './reading/source-text.ts';
import { parseDuration } from './units.ts';

/** What the kernel of macOS takes; Linux takes four bytes more. */
const longestSocket = 103;

/** The daemon as it works if the configuration says nothing. */
export const defaultDaemonSettings: DaemonSettings = {
  concurrency: builtInDaemon.concurrency,
  socket: undefined,
  listen: undefined,
  settleMs: parseDuration(builtInDaemon.settle),
};

export interface ReadDaemonSettings {
  readonly daemon: DaemonSettings;
  readonly findings: readonly Finding[];
}

/** How the daemon works, and what is wrong with that. */
export function toDaemonSettings(entry: Entry<DaemonInput> | undefined, home: string): ReadDaemonSettings {
  if (entry === undefined) return { daemon: defaultDaemonSettings, findings: [] };
  const { value, source, path } = entry;
  const { concurrency = builtInDaemon.concurrency, settle = builtInDaemon.settle } = value;
  const socket =
    value.socket === undefined ? undefined : absolutePath(value.socket, { base: dirname(source.file), home });
  const listen = value.listen === undefined ? undefined : toListen(value.listen);
  const finding = (key: string, message: string, hint: string): Finding => ({
    code: 'config.invalid-value',
    message,
    hint,
    source,
    span: nearestSpan(source, [...path, key], 'value'),
  });
  const tooLong = socket !== undefined && Buffer.byteLength(socket) > longestSocket;
  return {
    daemon: { concurrency, socket, listen, settleMs: parseDuration(settle) },
    findings: [
      ...(tooLong
        ? [finding('socket', `the path of a socket has at most ${longestSocket} bytes`, 'choose a shorter folder')]
        : []),
      ...(listen === undefined ? [] : listenFindings(listen, finding)),
    ],
  };
}

/** `[::1]:8970` or `127.0.0.1:8970`, in its two parts. */
function toListen(text: string): { readonly host: string; readonly port: number } {
  const colon = text.lastIndexOf(':');
  const host = text.slice(0, colon).replaceAll(/^\[|\]$/g, '');
  // The name may stand for an address that the machine does not have.
  return { host: host === 'localhost' ? '127.0.0.1' : host, port: Number(text.slice(colon + 1)) };
}

function listenFindings(
  { host, port }: { readonly host: string; readonly port: number },
  finding: (key: string, message: string, hint: string) => Finding,
): readonly Finding[] {
  const loopback = host === '::1' || (isIPv4(host) && host.startsWith('127.'));
  if (!loopback) {
    const message = `"${host}" can be reached from other machines, or is none of this one`;
    return [finding('listen', message, 'write 127.0.0.1 or [::1]; let a proxy or ssh carry it further')];
  }
  if (port > 65_535) return [finding('listen', `${port} is no port`, 'write a port up to 65535')];
  return [];
}
