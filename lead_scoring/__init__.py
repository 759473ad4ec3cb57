"""Lead scoring: data, training and inference pipelines that share one package."""

import os

# pandera sets this variable when it is imported, for pyspark's sake, and pyarrow then drops the
# offset of every instant in silence. An empty value is left alone by the one and off for the other.
os.environ.setdefault("PYARROW_IGNORE_TIMEZONE", "")
