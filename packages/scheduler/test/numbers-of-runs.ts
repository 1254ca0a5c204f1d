/** How often a property is tried: `UMBRA_TEST_RUNS=100000 npm run unit -- --project scheduler` tries harder. */
export function runs(usual: number): number {
  return Number(process.env['UMBRA_TEST_RUNS'] ?? usual);
}

export const seed = 20_261_123;
