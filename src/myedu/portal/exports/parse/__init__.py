"""Files of a package become batches of checked rows."""
