import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  isUmbraError,
  UmbraError,
  type Configuration,
  type JobDefinition,
  type Period,
  type Schedule,
} from '@umbracore/contracts';
import { aCalendar } from '@umbracore/testkit';
import { loadConfiguration, type LoadOptions, type Problem } from '../src/index.ts';

const phrase =
  /^(?:manual|every \d+[hm]|hourly(?: at :\d\d)?|(?:daily|weekly on [\w,]+|monthly on [\w ]+)(?: at \d\d:\d\d)?|cron: \S+(?: \S+){4})$/;

/** Knows what a phrase looks like, not what it means: enough to see that phrases arrive where they should. */
export const calendar = aCalendar({
  parse: (text, zone): Schedule => {
    if (text.endsWith('25:00'))
      throw new UmbraError('schedule.time', '25:00 is no time of day', { hint: 'write 00:00 to 23:59' });
    if (phrase.test(text)) return { recurrence: { type: 'manual' }, zone, text };
    const hint = text.startsWith('every') ? 'write every 6h' : 'write daily at 02:00';
    const context = { text, column: text.lastIndexOf(' ') + 2, length: text.length - text.lastIndexOf(' ') - 1 };
    throw new UmbraError('schedule.syntax', `"${text}" is not a schedule`, { hint, context });
  },
  parsePeriod,
});

const isPeriod =
  /^(?:[A-Z][a-z]{2}(?:,[A-Z][a-z]{2})* )?\d\d:\d\d-\d\d:\d\d$|^\d{4}(?:-\d\d){2}(?:\/\d{4}(?:-\d\d){2})?$/;

/** The same of a stretch of time. */
function parsePeriod(text: string): Period {
  if (isPeriod.test(text)) return { type: 'dates', from: text, to: text };
  const context = { text, column: 1, length: text.length };
  throw new UmbraError('schedule.syntax', `"${text}" is not a period`, { hint: 'Write 01:00-06:00.', context });
}

/** What a backup saves. */
export const sourcesOf = (job: JobDefinition | undefined) => (job?.kind === 'backup' ? job.sources : []);

/** A folder of configuration files that goes away with the test. */
export class Folder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'umbra-config-'));

  write(name: string, content: string | Buffer): string {
    const file = join(this.path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  options(path: string): LoadOptions {
    return {
      path,
      cwd: this.path,
      env: { TZ: 'Europe/London' },
      home: '/home/me',
      calendar,
      stateDir: '/state',
      systemScope: false,
    };
  }

  load(path = 'umbra.yaml'): Promise<Configuration> {
    return loadConfiguration(this.options(path));
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export interface Report {
  readonly code: string;
  readonly message: string;
  readonly problems: readonly Problem[];
}

/** What loading a file complains about; no problems if it does not. */
export async function reportOf(folder: Folder, path: string): Promise<Report> {
  try {
    await folder.load(path);
    return { code: '', message: '', problems: [] };
  } catch (error) {
    if (!isUmbraError(error)) throw error;
    const problems = error.context['problems'];
    return {
      code: error.code,
      message: error.message,
      problems: Array.isArray(problems) ? (problems as Problem[]) : [],
    };
  }
}
