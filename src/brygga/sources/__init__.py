"""Sources: one module a provider, from reply or file to a checked table."""
