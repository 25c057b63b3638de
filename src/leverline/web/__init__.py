"""The web app as it is served: files that the build made, answered where no endpoint has the path."""
