import type { Configuration } from '@umbracore/contracts';
import { defaultDaemonSettings } from './daemon-settings.ts';
import { noNotifications } from './notifications/to-notifications.ts';
import { defaultHistorySettings } from './history-settings.ts';
import { defaultRestoreSettings } from './restore-settings.ts';

/** What holds where nothing is configured: no jobs, and every setting at its default. */
export const emptyConfiguration = (timezone: string): Configuration => ({
  file: undefined,
  repositories: new Map(),
  jobs: new Map(),
  resources: new Map(),
  daemon: defaultDaemonSettings,
  history: defaultHistorySettings,
  restores: defaultRestoreSettings,
  notifications: noNotifications,
  plugins: [],
  timezone,
});
