// The backend enters through the plug-in registry, so there is nothing to bind.
export {};
