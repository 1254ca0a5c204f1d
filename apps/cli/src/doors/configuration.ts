export { readConfiguration } from '@umbracore/runtime';
