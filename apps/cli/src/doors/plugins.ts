// Named, so that the bundle of a command holds only what these names need.
export {
  addPlugin,
  discoverConfiguration,
  editConfigurationFile,
  isPluginPath,
  listPlugins,
  pluginAt,
  pluginNamed,
  preparePlugins,
  readConfiguration,
  removePlugin,
  trialsOf,
  useOf,
  usualTools,
} from '@umbracore/runtime';
