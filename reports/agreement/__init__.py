"""Whether the files of an edition say what its manifest says: read from them alone, by other code than wrote them."""
