import { join } from 'node:path';
import { ContainerModule } from 'inversify';
import { TOKENS, type BackendHost, type Clock, type EventStream, type Log } from '@umbracore/contracts';
import type { RuntimePaths } from './paths.ts';
import { damageNoted } from './repositories/damage-noted.ts';
import { privilegedBridge, withPrivilegedEngines } from './privileged-bridge.ts';
import { goneExplained } from './repositories/gone-explained.ts';
import { mendNamed } from './repositories/mend-named.ts';

/** What this package itself brings. */
export interface RuntimeBindings {
  readonly clock: Clock;
  readonly log: Log;
  readonly events: EventStream;
  readonly paths: RuntimePaths;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Binds `Clock`, `Log`, `EventStream`, `PrivilegedBridge`, `BackendHost` and `BackendWrappers`; needs `EngineProcesses`,
 * `ProcessTable`, `StateStore` and `DamageBook`.
 */
export function runtimeModule({ clock, log, events, paths, env }: RuntimeBindings): ContainerModule {
  return new ContainerModule(({ bind, onActivation }) => {
    bind(TOKENS.Clock).toConstantValue(clock);
    bind(TOKENS.Log).toConstantValue(log);
    bind(TOKENS.EventStream).toConstantValue(events);
    bind(TOKENS.PrivilegedBridge)
      .toResolvedValue((processTable) => privilegedBridge({ env, clock, processTable }), [TOKENS.ProcessTable])
      .inSingletonScope();
    onActivation(TOKENS.EngineProcesses, (context, own) =>
      withPrivilegedEngines(own, context.get(TOKENS.PrivilegedBridge)),
    );
    bind(TOKENS.BackendWrappers).toResolvedValue(
      (store, damage) => [
        goneExplained(store),
        damageNoted({ stateDir: paths.stateDir, clock, log }),
        mendNamed((repository, supports) => damage.mendCommand(repository, supports)),
      ],
      [TOKENS.StateStore, TOKENS.DamageBook],
    );
    bind(TOKENS.BackendHost)
      .toResolvedValue(
        (processes): BackendHost => ({
          processes,
          clock,
          log,
          env,
          cacheDir: paths.cacheDir,
          scratchDir: paths.scratchDir,
          secretDir: paths.secretDir,
          memoryDir: join(paths.stateDir, 'verified'),
        }),
        [TOKENS.EngineProcesses],
      )
      .inSingletonScope();
  });
}
