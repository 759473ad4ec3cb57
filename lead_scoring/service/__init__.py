"""What runs as a service: the REST service and the console's pages."""
