"""Lead scoring: data, training and inference pipelines that share one package."""
