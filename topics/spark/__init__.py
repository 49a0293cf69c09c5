"""The same work on Apache Spark: data frame in, data frame out, row by row what this process would say.

::

    from topics import spark

    documents = spark.read(session, "/data/articles")                # files of any format -> a row a document
    fitted = spark.fit(session.read.parquet("texts"), strata="year")  # a model, and where every passage goes
    fitted.passages.write.parquet("placed")
    spark.assign(fitted.model, new).write.parquet("assigned")        # columns topic, confidence, runner_up ...
    spark.embed(new).write.parquet("vectors")                        # column vector
    grown = spark.add(fitted.model, new)                             # new documents for the topics that there are

Needs pyspark 4 (``pip install "pyspark>=4.0,<5"``) and Java 17 or newer; workers need this package and nothing else:
a model, and an encoder that is not the bundled one, travel as files, and are opened once by each process. What hangs
on a row alone is done by the workers, whatever the partitions; what hangs on the corpus (its languages, text that
repeats, the topics) is settled here, on a sample that the ids decide. See docs/spark.md.
"""

from __future__ import annotations

from topics.spark.fitting import SAMPLE, Fitted, Grown, add, fit
from topics.spark.rows import assign, assign_passages, embed, read

__all__ = ["SAMPLE", "Fitted", "Grown", "add", "assign", "assign_passages", "embed", "fit", "read"]
