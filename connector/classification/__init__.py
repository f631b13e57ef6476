"""Proposes a category with its reason; a person decides."""
