"""How it went: completion and matched work, what they teach the next plan, and which counts may be shown."""
