"""What the run of mixed clients is made of: the weather, streams read along, and the accounts rendered in the end."""
