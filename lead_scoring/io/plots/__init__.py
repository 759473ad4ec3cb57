"""Figures, drawn without a display and without global state.

Matplotlib draws each of them once; the same PNG is a file of its own and part of a page.
"""
