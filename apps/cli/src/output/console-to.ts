/**
 * Where what is said by `console` goes from now on. Standard output is for answers alone, and plug-ins, configurations that are
 * programs and libraries say there whatever they like. The stream is looked up when something is said.
 */
export function consoleTo(stream: 'stdout' | 'stderr'): void {
  Object.defineProperty(console, '_stdout', { configurable: true, get: () => process[stream] });
}
