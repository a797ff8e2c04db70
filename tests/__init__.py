"""Tests, by room; shared builders stand here at the top."""
