"""The headline: one demand, said in four senses of "power", with odds."""
