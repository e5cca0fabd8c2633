# Narrate with the engines kokoro and pyttsx3, and all voices. docs/how-to/install.md says how to run it.
FROM python:3.13-slim AS build
WORKDIR /source
COPY pyproject.toml README.md LICENSE THIRD_PARTY.md ./
COPY narrate ./narrate
COPY voices ./voices
RUN python -m venv /opt/narrate && /opt/narrate/bin/pip install --no-cache-dir ".[neural]"

FROM python:3.13-slim
LABEL org.opencontainers.image.title="Narrate" \
      org.opencontainers.image.description="Audio editions of written journalism" \
      org.opencontainers.image.licenses="GPL-3.0-or-later"
COPY --from=build /opt/narrate /opt/narrate
# Any user may run the image: HOME and the cache can be written to, and the rest needs no writing.
ENV PATH=/opt/narrate/bin:$PATH \
    HOME=/tmp \
    XDG_CACHE_HOME=/var/cache \
    PYTHONDONTWRITEBYTECODE=1
# The first line that kokoro speaks prepares its model in the cache, and only the model is kept. The build fails if an
# engine does not speak.
RUN narrate voices --engine kokoro --try heart --output /tmp/samples/ \
    && narrate voices --engine pyttsx3 --try arthur --output /tmp/samples/ \
    && rm -r /tmp/samples \
    && find /var/cache/narrate -mindepth 1 ! -name 'kokoro-82m-*.onnx' -delete \
    && chmod a+r /var/cache/narrate/kokoro-82m-*.onnx \
    && mkdir /var/cache/narrate/takes \
    && chmod 1777 /var/cache/narrate /var/cache/narrate/takes
WORKDIR /articles
USER 1000:1000
ENTRYPOINT ["narrate"]
CMD ["--help"]
