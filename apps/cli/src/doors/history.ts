export { openHistory } from '@umbracore/runtime';
