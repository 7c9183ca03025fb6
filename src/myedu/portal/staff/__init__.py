"""What members of staff see: a teacher's day, and the classes of their schools."""
