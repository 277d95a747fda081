"""The statistics of an edition: which questions are put to which series, and the answers, from the counts given."""
