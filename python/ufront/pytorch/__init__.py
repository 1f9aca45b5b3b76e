"""PyTorch models for ufront.Model."""
