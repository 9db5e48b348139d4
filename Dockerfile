# The service as an image: nothing in it is fetched at start, it runs as a user without rights, and the root file
# system may be read-only. Everything it keeps is in /data (SQLite, key file, mails as files) or in PostgreSQL.
FROM python:3.13-slim AS packages
COPY requirements/run.txt /run.txt
RUN python -m venv /opt/eventsvc \
    && /opt/eventsvc/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r /run.txt

FROM python:3.13-slim
ENV PATH=/opt/eventsvc/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1 EVENTSVC_DATA_DIR=/data
COPY --from=packages /opt/eventsvc /opt/eventsvc
COPY LICENSE wsgi.py /app/
COPY config /app/config
COPY templates /app/templates
COPY eventsvc /app/eventsvc
RUN python -m compileall -q /app \
    && install -d -o 10001 -g 10001 -m 700 /data
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "eventsvc"]
CMD ["serve", "--host", "0.0.0.0"]
