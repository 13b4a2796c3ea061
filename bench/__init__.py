"""Measurements. Figures move with the machine: quote ratios and medians, never one absolute time."""
