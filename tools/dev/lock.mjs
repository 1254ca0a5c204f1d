import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root, say } from './process.mjs';

/** Does one thing at a time for this checkout, across processes. A lock whose owner died is taken over. */
export async function withLock(name, work) {
  const folder = join(root, '.cache');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.lock`);
  for (let waits = 0; !take(file); waits += 1) {
    if (waits === 5) say(`Waiting for another process that is busy with: ${name}`);
    await sleep(200);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    removeIfOrphaned(file);
    return false;
  }
}

function removeIfOrphaned(file) {
  try {
    const owner = readFileSync(file, 'utf8');
    if (owner === '' || isAlive(Number(owner))) return;
    // Renamed first, so that of two waiters only one removes it and neither removes the other's new lock unseen.
    const aside = `${file}.${process.pid}`;
    renameSync(file, aside);
    if (readFileSync(aside, 'utf8') === owner) rmSync(aside);
    else renameSync(aside, file);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
