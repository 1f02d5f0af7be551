"""What people touch: the window, the local API and the command line."""
