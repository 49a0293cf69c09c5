"""Measurements against the peers; each script takes the folder of corpora as its argument."""
