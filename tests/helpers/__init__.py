"""What several test files share: paths, builders of inputs, meters, and ways to run the command."""
