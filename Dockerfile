# Meja in a container: small, not as root, and nothing in it that is not pinned by its hash.
# How it is used stands in docs/operating.md; compose.yaml brings what belongs to it.

FROM python:3.13-slim-trixie AS build
# `--build-arg SET=otel` brings what sends traces to a collector (docs/operating.md).
ARG SET=runtime
COPY requirements/runtime.txt requirements/otel.txt /build/requirements/
RUN python -m venv /opt/meja \
 && /opt/meja/bin/pip install --no-cache-dir --no-compile --require-hashes --only-binary :all: \
    --requirement /build/requirements/${SET}.txt
COPY pyproject.toml README.md LICENSE main.py /build/
COPY core /build/core
COPY kiosk /build/kiosk
COPY cashier /build/cashier
COPY simulator /build/simulator
COPY templates /build/templates
COPY static /build/static
COPY locale /build/locale
# What builds it is pinned too: it is among the pinned requirements.
RUN /opt/meja/bin/pip install --no-cache-dir --no-deps --no-build-isolation /build \
 && /opt/meja/bin/python -m compileall -q /opt/meja/lib

FROM python:3.13-slim-trixie
# `meja backup` and `meja restore` call the programs of PostgreSQL; those of Debian 13 are of version 17.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends postgresql-client \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --home-dir /var/lib/meja --create-home --shell /usr/sbin/nologin meja
COPY --from=build /opt/meja /opt/meja
ENV PATH=/opt/meja/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    MEJA_HOST=0.0.0.0 \
    MEJA_PORT=8000 \
    MEJA_DATA_DIR=/var/lib/meja \
    MEJA_DATABASE_URL=sqlite:////var/lib/meja/meja.db \
    MEJA_LOG_FORMAT=json
USER 10001
WORKDIR /var/lib/meja
VOLUME /var/lib/meja
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=6s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as web; web.urlopen('http://127.0.0.1:8000/readyz', timeout=5)"]
CMD ["meja", "serve"]
