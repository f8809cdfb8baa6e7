"""What stands around the figures: states and acts, routing, opinions, appraisal, decision, notice, close, year."""
