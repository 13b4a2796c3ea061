"""Who is where: stays, and the movements they are made of."""
