import type { Plugin } from 'vitest/config';

export const shim: string;
export const checkProcess: string;
export default function programs(): void;
export const builtPrograms: Plugin;
