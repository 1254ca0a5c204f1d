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
        uses: ['uplink', 'repository:home'],
      },
      database: { command: { run: ['pg_dump', 'app'], env: { PGPASSWORD: 'env:PG' } } },
      mirror: {
        copy: { from: 'home', to: 'offsite', jobs: ['documents'] },
        after: ['documents', { job: 'nightly', on: 'success', within: '2h' }],
        uses: { uplink: 'all' },
        conditions: { power: 'ac', otherwise: 'skip' },
      },
      tidy: { forget: { daily: 7, jobs: 'documents' }, repository: 'home' },
      prune: { prune: true, repository: 'home', after: 'tidy' },
      check: { check: { read: '5%' }, repository: 'home' },
    },
    resources: { uplink: 1 },
    chains: {
      nightly: { steps: ['database', { parallel: ['documents', { job: 'check', on: 'always' }] }] },
      weekly: { nodes: { first: { job: 'nightly' }, check: { needs: { node: 'first', on: ['success', 'warning'] } } } },
    },
    daemon: { listen: '127.0.0.1:8970' },
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
  // @ts-expect-error there is no job "nope"
  defineConfig({ repositories, jobs: { a: { sources: 'a' }, b: { sources: 'b', after: 'nope' } } });
  // @ts-expect-error there is no job "nope" in a list of maps either
  defineConfig({ repositories, jobs: { a: { sources: 'a' }, b: { sources: 'b', after: ['a', { job: 'nope' }] } } });
  // @ts-expect-error there is no repository "ofsite" to copy from
  defineConfig({ repositories, jobs: { a: { copy: { from: 'ofsite', to: 'home' } } } });
  // @ts-expect-error there is no repository "ofsite" to copy to
  defineConfig({ repositories, jobs: { a: { copy: { from: 'home', to: ['ofsite'] } } } });
  // @ts-expect-error there is no job "b" whose snapshots could be copied
  defineConfig({ repositories, jobs: { a: { copy: { from: 'home', to: 'offsite', jobs: 'b' } } } });
  // @ts-expect-error there is no step "b"
  defineConfig({ repositories, jobs: { a: { sources: 'a' } }, chains: { c: { steps: ['a', 'b'] } } });
  // @ts-expect-error there is no step "b" in a group either
  defineConfig({ repositories, jobs: { a: { sources: 'a' } }, chains: { c: { steps: [{ parallel: ['a', 'b'] }] } } });
  // @ts-expect-error there is no job "b" at a node
  defineConfig({ repositories, jobs: { a: { sources: 'a' } }, chains: { c: { nodes: { x: { job: 'b' } } } } });
  // @ts-expect-error there is no resource "uplnk"
  defineConfig({ repositories, resources: { uplink: 1 }, jobs: { a: { sources: 'a', uses: ['uplnk'] } } });
  // @ts-expect-error there is no such way to end
  defineConfig({ repositories, jobs: { a: { sources: 'a' }, b: { sources: 'b', after: { job: 'a', on: 'good' } } } });
  expect(repositories.home).toBe('/mnt/backup');
});
