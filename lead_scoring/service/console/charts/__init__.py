"""Charts drawn on the server as inline SVG: no script, no request, and a table for every one."""
