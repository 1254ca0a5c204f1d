// Named, so that the bundle of a command holds only what these names need.
export {
  addPlugin,
  checkConfiguration,
  discoverConfiguration,
  editConfigurationFile,
  isPluginPath,
  listPlugins,
  placedPlugin,
  pluginAt,
  pluginNamed,
  preparePlugins,
  readConfiguration,
  removePlugin,
  trialsOf,
  useOf,
  usualTools,
} from '@umbracore/runtime';
