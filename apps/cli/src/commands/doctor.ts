import { findingAreas, type FindingArea } from '@umbracore/contracts';
import { defineCommand } from '../command.ts';

export interface DoctorFlags {
  readonly only?: FindingArea;
  readonly fix?: boolean;
  readonly bundle?: string;
  readonly byDaemon?: boolean;
}

export const doctor = defineCommand({
  name: 'doctor',
  group: 'Look after it',
  text: 'look for what is, or will be, in the way',
  options: [
    { flags: '--only <area>', text: 'nothing but this, which the findings begin with', choices: findingAreas },
    { flags: '--fix', text: 'remove locks whose owners are proven to be gone, as repo unlock does' },
    {
      flags: '--by-daemon',
      text: 'let the daemon look, which has an environment of its own: what is in its way',
    },
    {
      flags: '--bundle <file>',
      text: 'write a ZIP archive for whoever helps you, without secrets',
      parse: (text) => (text === '' || text === '-' ? undefined : text),
      expects: 'the name of a file that is not there yet',
    },
  ],
  examples: [
    'umbra doctor',
    'umbra doctor --only repository',
    'umbra doctor --by-daemon',
    'umbra doctor --bundle report.zip',
    'unzip -p report.zip umbra-doctor/contents.json',
  ],
  notes: [
    'It looks with the rights, the PATH and the secrets of whoever calls it, whether there is a daemon or not.',
    'A bundle holds versions, the findings, the configuration with references in the place of secrets, how the jobs stand,',
    "the newest 50 runs with their errors, plug-ins, the state's own report, and the end of the operator's log; no log of a",
    'run, and nothing of what is saved. It does hold names of folders, jobs and hosts: look at it before you give it away.',
    'Secrets that can be had without asking anybody are masked in it; if one is found all the same, nothing is written (exit',
    'code 1). What cannot be made, for a broken configuration or otherwise, stands in it as the error why. The file has mode',
    '0600 and appears when it is whole; the exit code is that of the findings.',
  ],
  load: () => import('../actions/doctor.ts'),
});
