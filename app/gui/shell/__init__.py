"""The frame around the pages: window, rail, header, notices, help, drops and keys."""
