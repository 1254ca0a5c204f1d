import { faultsSection } from './faults-section.mjs';
import { soakSection } from './soak-section.mjs';
import { told } from './told.mjs';

/** @typedef {{ unit: string, count: number, seed?: number }} Evidence */
/** @typedef {{ passed: number, failed: number, skipped: number, evidence: readonly Evidence[], tests?: readonly { title: string, status: string }[] }} FileResult */
/** @typedef {{ all?: number, changes: number, noticed: number, date: string, environment: string }} MutationResult `changes` were tried of `all` that there are. */
/** @typedef {{ suite: string, unit: string, count: number, failures: number, seed?: number, commit?: string, date: string, environment: string, missing?: string }} LongResult */

/**
 * The page of what is promised, as Markdown.
 *
 * @param {typeof import('./promises.mjs').groups} groups
 * @param {{ date: string, commit: string, environment: string, files: ReadonlyMap<string, FileResult> }} run The last run of the tests
 * @param {readonly LongResult[]} longResults
 * @param {Readonly<Record<string, MutationResult>>} mutations By module
 * @param {readonly import('../faults/matrix.mjs').Fault[]} faults
 * @param {import('./soak-section.mjs').SoakResult} [soak] The last one
 */
export function page(groups, run, longResults, mutations, faults = [], soak) {
  const rows = groups.flatMap(({ promises }) =>
    promises.map((promise) => ({ promise, ...judged(promise, run.files, longResults) })),
  );
  const proven = rows.filter((row) => row.isProven).length;
  return [
    '# What is promised, and what proves it',
    '',
    '<!-- Made by `npm run promises` of what the tests counted. The promises stand in tools/promises/promises.mjs. -->',
    '',
    'A promise is proven here if every test file that it names ran and none of its tests failed. Beside each stands what the tests',
    'went through, and the seed from which that was drawn, so that it can be done again.',
    '',
    `- ${proven} of ${rows.length} promises are proven.`,
    `- Tests: \`npm test\` at ${run.commit}, ${run.date}, ${run.environment}.`,
    `- Long suites: \`npm run test:faults\`${longResults.length === 0 ? ', not run yet.' : ', each with its date below.'}`,
    '',
    ...groups.flatMap(({ title, promises }) => [
      `## ${title}`,
      '',
      ...promises.flatMap((promise) => section(rows.find((row) => row.promise === promise))),
    ]),
    ...(faults.length === 0 ? [] : faultsSection(faults, run.files, longResults)),
    ...longSection(longResults),
    ...soakSection(soak),
    ...mutationSection(mutations),
  ].join('\n');
}

function judged({ tests, long = [] }, files, longResults) {
  const proofs = tests.map((file) => ({ file, result: files.get(file) }));
  const longs = longResults.filter(({ suite }) => long.includes(suite));
  const isProven =
    proofs.every(({ result }) => result !== undefined && result.failed === 0 && result.passed > 0) &&
    longs.every(({ failures }) => failures === 0);
  return { proofs, longs, isProven };
}

function section({ promise, proofs, longs, isProven }) {
  return [
    `### ${promise.id} ${promise.name}`,
    '',
    promise.says,
    '',
    ...(promise.except === undefined ? [] : [`Except: ${promise.except}`, '']),
    ...(isProven ? [] : ['**Not proven.**', '']),
    '| tried by | tests | went through |',
    '| --- | --: | --- |',
    ...proofs.map(
      ({ file, result }) =>
        `| [${shortName(file)}](../${file}) | ${testsOf(result)} | ${told(result?.evidence ?? [])} |`,
    ),
    ...[...Map.groupBy(longs, ({ suite }) => suite)].map(
      ([suite, results]) => `| ${suite} ([long](#long-suites)) | | ${longTold(results)} |`,
    ),
    '',
  ];
}

function longSection(results) {
  if (results.length === 0) return [];
  return [
    '## Long suites',
    '',
    '`npm run test:faults` runs them for as long as it is told. A suite whose tool is missing counts nothing.',
    '',
    '| suite | went through | failures | commit | when | where |',
    '| --- | --- | --: | --- | --- | --- |',
    ...results.map(
      (result) =>
        `| ${result.suite} | ${longTold([result])} | ${result.failures} | ${result.commit ?? ''} | ${result.date} | ${result.environment} |`,
    ),
    '',
  ];
}

function mutationSection(mutations) {
  const modules = Object.entries(mutations);
  if (modules.length === 0) return [];
  return [
    '## Where a fault would be silent',
    '',
    '`npm run mutation` makes one small change after the other in what decides, and counts how many a test notices.',
    '',
    '| module | changes | noticed | when | where |',
    '| --- | --: | --: | --- | --- |',
    ...modules.map(([name, { all = 0, changes, noticed, date, environment }]) => {
      const percent = Math.floor((100 * noticed) / changes);
      const tried = all > changes ? `${changes} of ${all}` : changes;
      return `| ${name} | ${tried} | ${noticed} (${percent} %) | ${date} | ${environment} |`;
    }),
    '',
  ];
}

function longTold(results) {
  const counted = results.filter(({ missing }) => missing === undefined);
  return counted.length > 0 ? told(counted) : `nothing: ${results[0].missing}`;
}

const shortName = (file) => file.replace(/^(packages|apps)\//, '').replace(/\.test\.(ts|mjs)$/, '');

function testsOf(result) {
  if (result === undefined) return 'did not run';
  const { passed, failed, skipped } = result;
  return [`${passed}`, failed > 0 && `${failed} failed`, skipped > 0 && `${skipped} skipped`]
    .filter(Boolean)
    .join(', ');
}
