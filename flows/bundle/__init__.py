"""A folder from which tip-trends is installed where there is no internet: `make bundle`."""
