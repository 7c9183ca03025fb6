"""What a pupil, a parent, a teacher sees; composes the rooms below."""
