import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { UmbraError, type NewCheckReport, type Operation, type Progress } from '@umbracore/contracts';
import { cancelled, throwIfAborted } from '../problems.ts';
import type { CheckProgress } from '../verifying/check-repository.ts';
import type { CheckAnswer, CheckTask } from './check-protocol.ts';

/** Beside this file: as source, in the package's build, and in a bundle. */
const isSource = import.meta.url.endsWith('.ts');
const program = fileURLToPath(new URL(`./check-process.${isSource ? 'ts' : 'js'}`, import.meta.url));

/** Who is told to stop keeps what it knows first; a disk that hangs is not waited for. */
const patienceMs = 2000;

/** Has a process of its own carry out a check. Rejects soon after an abort, and leaves no process behind. */
export async function checkInProcess(task: CheckTask, { signal, report }: Operation): Promise<NewCheckReport> {
  throwIfAborted(signal);
  const child = spawn(
    process.execPath,
    ['--no-warnings', ...(isSource ? ['--conditions=@umbra/source'] : []), program],
    {
      cwd: '/',
      env: {},
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  const stop = (): void => end(child);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const answer = await converse(child, task, new ProgressReport(report));
    throwIfAborted(signal);
    if (answer.type === 'done') return answer.report;
    const { code, message, hint } = answer.error;
    throw new UmbraError(code, message, { hint: hint ?? undefined });
  } catch (error) {
    throw signal?.aborted === true ? cancelled(signal.reason) : error;
  } finally {
    signal?.removeEventListener('abort', stop);
    child.kill('SIGKILL');
  }
}

/** It ends by itself when its input is closed. */
function end(child: ChildProcess): void {
  child.stdin?.end();
  AbortSignal.timeout(patienceMs).addEventListener('abort', () => child.kill('SIGKILL'));
}

type LastAnswer = Exclude<CheckAnswer, { readonly type: 'progress' }>;

async function converse(child: ChildProcess, task: CheckTask, progress: ProgressReport): Promise<LastAnswer> {
  const { stdin, stdout, stderr } = child;
  const exit = once(child, 'close');
  // Known by how it ends.
  exit.catch(() => undefined);
  if (stdin === null || stdout === null || stderr === null) throw failed(String(await exit.catch(String)));
  stdin.on('error', () => undefined);
  let words = '';
  stderr.setEncoding('utf8').on('data', (chunk: string) => (words = `${words}${chunk}`.slice(-1000)));
  stdin.write(`${JSON.stringify(task)}\n`);
  for await (const line of createInterface({ input: stdout })) {
    const answer = JSON.parse(line) as CheckAnswer;
    if (answer.type !== 'progress') return answer;
    progress.tell(answer.progress);
  }
  await exit;
  throw failed(words);
}

const failed = (words: string): UmbraError =>
  new UmbraError(
    'engine.crashed',
    `The process that checks the repository ended without a word${words && `: ${words}`}`,
  );

/** What the check tells, as every operation tells it. */
class ProgressReport {
  readonly #report: Operation['report'];
  #percentage: number | undefined;

  constructor(report: Operation['report']) {
    this.#report = report;
  }

  tell({ trees, packs, packsTotal, bytes, bytesTotal }: CheckProgress): void {
    const share = bytesTotal === 0 ? undefined : Math.min(100, (bytes / bytesTotal) * 100);
    if (share !== undefined) this.#percentage = Math.max(this.#percentage ?? 0, share);
    const progress: Progress = {
      phase: 'verifying',
      percentage: this.#percentage,
      filesProcessed: packsTotal === 0 ? trees : packs,
      filesTotal: packsTotal === 0 ? undefined : packsTotal,
      bytesProcessed: bytes,
      bytesTotal: bytesTotal === 0 ? undefined : bytesTotal,
      currentFiles: [],
      errorCount: 0,
    };
    this.#report?.(progress);
  }
}
