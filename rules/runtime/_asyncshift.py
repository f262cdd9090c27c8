"""Runs converted functions from sync code."""
