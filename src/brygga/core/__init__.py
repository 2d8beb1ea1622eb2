"""What every step stands on: tables, codes, parameters, provenance, execution, errors."""
