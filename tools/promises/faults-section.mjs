import { injectors } from '../faults/injectors/injectors.ts';
import { told } from './told.mjs';

/** Whose tests show whether each injector can be used. */
export const injectorTests = 'tools/faults/injectors.test.ts';

/**
 * What is made to fail on purpose, with what, and what was counted.
 *
 * @param {readonly import('../faults/matrix.mjs').Fault[]} faults
 * @param {ReadonlyMap<string, import('./page.mjs').FileResult>} files
 * @param {readonly import('./page.mjs').LongResult[]} longResults
 */
export function faultsSection(faults, files, longResults) {
  const probes = files.get(injectorTests)?.tests ?? [];
  return [
    '## Faults that are made on purpose',
    '',
    'Not proven is a fault that no test makes, one whose tests did not run or failed, and one for which every injector was missing.',
    '',
    '| fault | made with | tests | went through | has to hold | |',
    '| --- | --- | --: | --- | --- | --- |',
    ...faults.map((fault) => row(fault, files, longResults, probes)),
    '',
    '| injector | what it does | here |',
    '| --- | --- | --- |',
    ...Object.values(injectors).map(({ name, does }) => `| ${name} | ${does} | ${standing(name, probes)} |`),
    '',
  ];
}

function row({ id, what, injectors: names, tests, long = [], promises, except }, files, longResults, probes) {
  const results = tests.map((file) => files.get(file));
  const longs = longResults.filter(({ suite }) => long.includes(suite));
  const count = (key) => results.reduce((sum, result) => sum + (result?.[key] ?? 0), 0);
  const here = names.filter((name) => standing(injectors[name].name, probes) === 'yes');
  const isProven =
    tests.length > 0 &&
    here.length > 0 &&
    results.every((result) => result !== undefined && result.failed === 0 && result.passed > 0) &&
    longs.every(({ failures }) => failures === 0);
  const through = told([...results.flatMap((result) => result?.evidence ?? []), ...longs]);
  const passed = [`${count('passed')}`, count('skipped') > 0 && `${count('skipped')} skipped`].filter(Boolean);
  const notes = [!isProven && '**Not proven.**', except].filter(Boolean).join(' ');
  const made = names.map((name) => injectors[name].name).join(', ');
  return `| ${id} ${what} | ${made} | ${passed.join(', ')} | ${through} | ${promises.join(', ')} | ${notes} |`;
}

/** One that nobody tried counts as missing. */
function standing(name, probes) {
  const probe = probes.find(({ title }) => title === name || title.startsWith(`${name} (not here: `));
  if (probe === undefined) return 'not tried';
  if (probe.status === 'passed') return 'yes';
  return probe.status === 'failed' ? 'fails' : `skipped, 0 times: ${probe.title.slice(name.length + 2, -1)}`;
}
