import { expect, test } from 'vitest';
import { defineConfig } from './define-config.ts';

test('gives back what it is given', () => {
  const configuration = {
    repositories: { home: '/mnt/backup', offsite: { url: 's3:https://s3.example.net/b', password: 'env:P' } },
    profiles: { polite: { limits: { upload: '1MiB/s' } }, laptop: { extends: 'polite' } },
    jobs: {
      documents: {
        sources: '~/Documents',
        repository: ['home', 'offsite'],
        profile: 'laptop',
        schedule: 'daily at 02:00',
      },
    },
  } as const;
  expect(defineConfig(configuration)).toBe(configuration);
});

// The rest is checked by the compiler: an `@ts-expect-error` without an error is one.
test('misspelt references do not compile', () => {
  const repositories = { home: '/mnt/backup', offsite: '/mnt/offsite' };
  // @ts-expect-error there is no repository "ofsite"
  defineConfig({ repositories, jobs: { a: { sources: 'a', repository: 'ofsite' } } });
  // @ts-expect-error there is no repository "ofsite" in a list either
  defineConfig({ repositories, jobs: { a: { sources: 'a', repository: ['home', 'ofsite'] } } });
  // @ts-expect-error there is no repository "nome" for all jobs
  defineConfig({ repositories, defaults: { repository: 'nome' } });
  // @ts-expect-error there is no profile
  defineConfig({ repositories, jobs: { a: { sources: 'a', profile: 'laptop' } } });
  // @ts-expect-error there is no profile "laptob"
  defineConfig({ repositories, profiles: { laptop: {} }, jobs: { a: { sources: 'a', profile: 'laptob' } } });
  // @ts-expect-error there is no profile "polit"
  defineConfig({ repositories, profiles: { polite: {}, laptop: { extends: 'polit' } } });
  // @ts-expect-error a misspelt field
  defineConfig({ repositories, jobs: { a: { souces: 'a' } } });
  // @ts-expect-error a value that is none of its choices
  defineConfig({ repositories, jobs: { a: { sources: 'a', orphanPolicy: 'kill' } } });
  expect(repositories.home).toBe('/mnt/backup');
});
