"""The federal profile fgis-2021."""
