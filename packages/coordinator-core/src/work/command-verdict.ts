import { UmbraError } from '@umbracore/contracts';
import type { EngineExit, RunReport } from '@umbracore/contracts';
import { emptyEnd, goodEnd } from '../run-state.ts';
import type { RunEnd } from '../run-state.ts';

/** `EX_TEMPFAIL` of sysexits.h. */
const temporary = 75;

/** How the run of a command ends whose exit was seen. */
export function judgeCommand(
  { code, signal }: EngineExit,
  command: readonly string[],
  warningCodes: readonly number[],
): RunEnd {
  const report: RunReport = { kind: 'command', exitCode: code ?? null, signal: signal ?? null };
  if (code === 0) return goodEnd(report);
  const [program = 'The command'] = command;
  if (code !== undefined && warningCodes.includes(code)) {
    const suspicions = [`${program} ended with ${code}, which the job takes for a warning`];
    return { ...emptyEnd('warning', null), suspicions, report };
  }
  return { ...emptyEnd('failed', failureOf(program, code, signal).toRecord()), report };
}

function failureOf(program: string, code: number | undefined, signal: string | undefined): UmbraError {
  if (code === undefined) {
    return new UmbraError('command.failed', `${program} was ended by ${signal ?? 'something unknown'}`, {
      hint: 'Find out who ended it; the kernel does so when memory runs out.',
    });
  }
  if (code === temporary) {
    return new UmbraError('command.temporary', `${program} ended with 75: it may work later`, {
      hint: 'Look at its output with `umbra logs`.',
    });
  }
  return new UmbraError('command.failed', `${program} ended with ${code}`, {
    hint: 'Look at its output with `umbra logs`.',
  });
}
