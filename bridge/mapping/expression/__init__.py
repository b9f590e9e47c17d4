"""Expressions over descriptors."""
