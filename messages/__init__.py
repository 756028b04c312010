"""The words: pure functions from a translator and domain objects to text and keyboards."""
