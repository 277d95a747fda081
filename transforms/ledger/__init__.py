"""The ledger: who proposed, approved, refused or withdrew which edition, each entry chained to the one before."""
