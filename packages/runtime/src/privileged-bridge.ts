import type { EngineProcesses, PrivilegedBridge, PrivilegedEngines, ProcessTable, Clock } from '@umbracore/contracts';
import { defaultSocketDir, hasNote } from '@umbracore/xpc-bridge/light';

export interface PrivilegedBridgePorts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly processTable: ProcessTable;
}

/** Where its sockets are. */
export const socketDirOf = (env: PrivilegedBridgePorts['env']): string => env['UMBRA_HELPER_DIR'] || defaultSocketDir;

/** The bridge to the privileged program. It is loaded when it is first asked: most people have no privileged job. */
export function privilegedBridge({ env, clock, processTable }: PrivilegedBridgePorts): PrivilegedBridge {
  let loaded: Promise<PrivilegedBridge> | undefined;
  const bridge = (): Promise<PrivilegedBridge> =>
    (loaded ??= import('@umbracore/xpc-bridge').then(({ createPrivilegedBridge }) =>
      createPrivilegedBridge({ socketDir: socketDirOf(env), clock, processTable }),
    ));
  return {
    facts: async (...asked) => (await bridge()).facts(...asked),
    engines(repository, job): PrivilegedEngines {
      const engines = async () => (await bridge()).engines(repository, job);
      return {
        look: async (...asked) => (await engines()).look(...asked),
        freeze: async (...asked) => (await engines()).freeze(...asked),
        thaw: async (...asked) => (await engines()).thaw(...asked),
        backup: async (...asked) => (await engines()).backup(...asked),
        restore: async (...asked) => (await engines()).restore(...asked),
      };
    },
    find: async (...asked) => (await bridge()).find(...asked),
    createSnapshot: async (...asked) => (await bridge()).createSnapshot(...asked),
    releaseSnapshot: async (...asked) => (await bridge()).releaseSnapshot(...asked),
    mount: async (...asked) => (await bridge()).mount(...asked),
    unmount: async (...asked) => (await bridge()).unmount(...asked),
  };
}

/** Engines that the privileged program started are found as if they were our own. Everything else is as it was. */
export const withPrivilegedEngines = (own: EngineProcesses, bridge: PrivilegedBridge): EngineProcesses => ({
  prepare: () => own.prepare(),
  dismiss: () => own.dismiss(),
  start: (...asked) => own.start(...asked),
  call: (...asked) => own.call(...asked),
  converse: (...asked) => own.converse(...asked),
  find: (spool) => (hasNote(spool) ? bridge.find(spool) : own.find(spool)),
});
