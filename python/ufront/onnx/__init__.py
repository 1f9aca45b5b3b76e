"""ONNX models through ufront."""
