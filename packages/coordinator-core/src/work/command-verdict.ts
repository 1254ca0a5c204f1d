import { UmbraError } from '@umbracore/contracts';
import type { EngineExit, RunId, RunReport } from '@umbracore/contracts';
import type { JobOf } from '../narrow-plan.ts';
import { emptyEnd, goodEnd } from '../run-state.ts';
import type { RunEnd } from '../run-state.ts';

/** `EX_TEMPFAIL` of sysexits.h. */
const temporary = 75;

/** What has run, and where its output can be looked at. */
interface Judged extends Pick<JobOf<'command'>, 'command' | 'warningCodes'> {
  readonly run: RunId;
}

/** How the run of a command ends whose exit was seen. */
export function judgeCommand({ code, signal }: EngineExit, { run, command, warningCodes }: Judged): RunEnd {
  const report: RunReport = { kind: 'command', exitCode: code ?? null, signal: signal ?? null };
  if (code === 0) return goodEnd(report);
  const [program = 'The command'] = command;
  if (code !== undefined && warningCodes.includes(code)) {
    const suspicions = [`${program} ended with ${code}, which the job takes for a warning`];
    return { ...emptyEnd('warning', null), suspicions, report };
  }
  return { ...emptyEnd('failed', failureOf(program, code, signal, run).toRecord()), report };
}

function failureOf(program: string, code: number | undefined, signal: string | undefined, run: RunId): UmbraError {
  if (code === undefined) {
    return new UmbraError('command.failed', `${program} was ended by ${signal ?? 'something unknown'}`, {
      hint: 'Find out who ended it; the kernel does so when memory runs out.',
    });
  }
  if (code === temporary) {
    return new UmbraError('command.temporary', `${program} ended with 75: it may work later`, {
      hint: `Look at its output with \`umbra logs ${run}\`.`,
    });
  }
  return new UmbraError('command.failed', `${program} ended with ${code}`, {
    hint: `Look at its output with \`umbra logs ${run}\`.`,
  });
}
