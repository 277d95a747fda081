"""Whether the files of an edition say what its manifest says, read from the files alone by other code than wrote them."""
