"""The outside world, one file each: embedded database, folders, blobs, clock."""
