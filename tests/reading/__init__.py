"""An article becomes mentions and claims."""
