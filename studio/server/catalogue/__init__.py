"""Where products come from: feeds fetched safely, read by a child process, taken over in one piece; and their pictures."""
