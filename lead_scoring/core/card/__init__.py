"""The model card: what people should know before they rely on a model."""
