"""What a spec may say of data: one section for each source."""
