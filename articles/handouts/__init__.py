"""Sheets to print and keep, as PDF files with versions."""
