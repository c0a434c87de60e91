"""What makes two things the same thing, over nights, machines and versions of this program."""
