# One image for every service of docker-compose.yaml, and for a batch by hand:
#   docker run --rm --volume ./configs:/opt/lead-scoring/configs:ro \
#     --env LEAD_SCORING_DATABASE_URL --env LEAD_SCORING_TRACKING_URI \
#     lead-scoring lead-scoring score campaign_success --input https://example.com/campaigns.csv

FROM python:3.11-slim AS build
WORKDIR /build
RUN python -m venv /opt/venv
COPY requirements-uv.lock requirements.lock ./
# Compiled here: those who run it may not write there, and each process would compile anew.
RUN /opt/venv/bin/pip install --no-cache-dir --require-hashes -r requirements-uv.lock \
    && /opt/venv/bin/uv pip install --no-cache --compile-bytecode --python /opt/venv/bin/python \
        --require-hashes -r requirements.lock
COPY pyproject.toml setup.py ./
COPY lead_scoring lead_scoring
RUN /opt/venv/bin/uv pip install --no-cache --compile-bytecode --python /opt/venv/bin/python \
    --no-deps --no-build-isolation .

FROM python:3.11-slim
# LightGBM needs libgomp, the health checks need curl.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends curl libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 50000 --gid 0 --home-dir /opt/airflow --create-home airflow \
    && mkdir -p /opt/lead-scoring/database/storage /artifacts /data \
    && chown -R airflow:0 /opt/lead-scoring /artifacts \
    && chmod -R g=u /opt/lead-scoring /artifacts /opt/airflow
COPY --from=build /opt/venv /opt/venv
COPY configs /opt/lead-scoring/configs
COPY dags /opt/lead-scoring/dags
COPY plugins /opt/lead-scoring/plugins
COPY database /opt/lead-scoring/database
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HOME=/opt/airflow \
    AIRFLOW_HOME=/opt/airflow \
    LEAD_SCORING_HOME=/opt/lead-scoring
WORKDIR /opt/lead-scoring
USER airflow
