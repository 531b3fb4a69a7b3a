"""What every decision of an officer goes through: the item in hand, the right to it, what the choice makes of it."""
