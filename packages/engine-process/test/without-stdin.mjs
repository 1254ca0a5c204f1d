// Loaded into a shim before its own program: standard input cannot be made a stream, as without memory or descriptors.
Object.defineProperty(process, 'stdin', {
  get() {
    throw new Error('no stream');
  },
});
