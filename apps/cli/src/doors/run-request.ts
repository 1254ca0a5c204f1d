// A door of its own: to carry a request on takes nothing of what listens.
export { RunRequest } from '@umbracore/daemon/requests';
