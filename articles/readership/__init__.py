"""Views, answers and searches without result, counted without anything about the reader."""
