"""Lead scoring: data, training and inference pipelines that share one package."""

import os

# pandera sets this variable when it is imported, for pyspark's sake, and pyarrow then drops the
# offset of every instant in silence. An empty value keeps pandera from it and means off.
os.environ.setdefault("PYARROW_IGNORE_TIMEZONE", "")
