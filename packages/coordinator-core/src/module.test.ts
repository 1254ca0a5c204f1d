import 'reflect-metadata';
import { TOKENS } from '@umbracore/contracts';
import { Container } from 'inversify';
import { expect, test } from 'vitest';
import { BackupCoordinator } from './index.ts';
import { coordinatorModule } from './module.ts';

test('one coordinator is made from what the others bring', () => {
  const container = new Container();
  for (const token of Object.values(TOKENS)) container.bind<unknown>(token).toConstantValue({});
  container.load(coordinatorModule({ spoolDir: '/spool', host: 'here' }));
  const coordinator = container.get(BackupCoordinator);
  expect(coordinator).toBeInstanceOf(BackupCoordinator);
  expect(container.get(BackupCoordinator)).toBe(coordinator);
});
