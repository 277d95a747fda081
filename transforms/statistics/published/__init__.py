"""The methods annex: cases whose results others printed or computed, run again by the methods of the editions."""
