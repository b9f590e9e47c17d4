"""Mapping files as text: YAML with the place of each word."""
