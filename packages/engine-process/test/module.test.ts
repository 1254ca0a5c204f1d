import 'reflect-metadata';
import { Container } from 'inversify';
import { silentLog, TOKENS } from '@umbracore/contracts';
import { expect, test } from 'vitest';
import { engineProcessModule } from '../src/module.ts';
import { realClock } from './real-clock.ts';

test('the module binds what it promises', () => {
  const container = new Container();
  container.bind(TOKENS.Clock).toConstantValue(realClock);
  container.bind(TOKENS.Log).toConstantValue(silentLog);
  container.load(engineProcessModule);
  expect(container.get(TOKENS.ProcessTable).self().pid).toBe(process.pid);
  expect(container.get(TOKENS.EngineProcesses)).toBe(container.get(TOKENS.EngineProcesses));
});
