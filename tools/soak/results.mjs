import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../dev/process.mjs';

/** What the last soak has seen, kept with the sources: the page of promises says it. */
const file = join(root, 'tools', 'soak', 'results.json');

/** @returns {import('../promises/soak-section.mjs').SoakResult | undefined} */
export const readSoak = () => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined);

export const keepSoak = (result) => writeFileSync(file, `${JSON.stringify(result, undefined, 2)}\n`);
