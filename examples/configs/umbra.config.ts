import { defineConfig } from '@umbracore/config';

const folders = ['Documents', 'Pictures'];

/** In TypeScript a misspelt name is a compile error, and what repeats itself is a loop. */
export default defineConfig({
  repositories: { home: '/mnt/backup' },
  jobs: Object.fromEntries(
    folders.map((folder) => [folder.toLowerCase(), { sources: `~/${folder}`, schedule: 'daily at 02:00' }]),
  ),
});
