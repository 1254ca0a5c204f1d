/** What the operating system asks of the daemon while it runs. */
export interface ProcessSignals {
  readonly stop: (reason: string) => void;
  readonly reload: () => void;
}

/** Listens until disposed. */
export function listenToSignals({ stop, reload }: ProcessSignals): Disposable {
  const listeners: readonly (readonly [NodeJS.Signals, () => void])[] = [
    ['SIGTERM', () => stop('SIGTERM')],
    ['SIGINT', () => stop('SIGINT')],
    ['SIGHUP', reload],
  ];
  for (const [signal, listener] of listeners) process.on(signal, listener);
  return {
    [Symbol.dispose]() {
      for (const [signal, listener] of listeners) process.removeListener(signal, listener);
    },
  };
}
