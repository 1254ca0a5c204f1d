const scheduler = (name) => `packages/scheduler/${name}.ts`;
const core = (name) => `packages/coordinator-core/${name}.ts`;
const tests = (folder, names) => names.map((name) => `${folder}/${name}.test.ts`);

/** Where a fault would be silent: which sources decide, and which tests would notice, the quick ones first. */
export const modules = {
  calendar: {
    sources: ['src/slot-search', 'src/slots', 'src/rule', 'src/civil', 'src/zone'].map(scheduler),
    tests: tests('packages/scheduler', [
      'src/calendar',
      'src/openings',
      'test/calendar.property',
      'test/clock-changes.property',
      'test/starts.property',
    ]),
  },
  'forget-plan': {
    sources: ['packages/repository-manager/src/forget-plan.ts', 'packages/repository-manager/src/periods.ts'],
    tests: tests('packages/repository-manager', ['src/forget-plan', 'src/periods', 'test/forget-differential']),
  },
  recovery: {
    sources: [core('src/recover')],
    tests: tests('packages/coordinator-core', ['src/recover', 'test/recovery']),
  },
  verdict: {
    sources: [core('src/verdict')],
    tests: tests('packages/coordinator-core', ['src/verdict']),
  },
  redaction: {
    sources: [
      'packages/contracts/src/secret.ts',
      'packages/contracts/src/secret-mask.ts',
      'packages/restic-adapter/src/mask.ts',
    ],
    tests: [
      ...tests('packages/contracts', ['src/secret', 'src/secret-mask']),
      ...tests('packages/coordinator-core', ['src/run-log']),
      ...tests('packages/restic-adapter', ['src/command', 'src/decode/decode']),
    ],
  },
};
