// A door of its own: it is loaded at every start, and the reader only when it reads.
export { withNativeReading } from './native/with-native-reading.ts';
