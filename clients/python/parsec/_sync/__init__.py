"""The blocking client, made of the async one by ``tools/unasync.py``."""
