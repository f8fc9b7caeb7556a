# syntax=docker/dockerfile:1

FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
# The caches outlive a build: after a change only what has changed is compiled.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --package urna_server --bin urna \
    && install -D -m 0755 target/release/urna /out/usr/local/bin/urna \
    && install -d -m 0700 /out-data /out-closed

# The slim image has the C library and bash, and Urna needs no more: certificates, time zones, SQLite, templates and
# migrations are in the binary.
FROM debian:bookworm-slim
COPY --from=build /out/ /
COPY --from=build --chown=10001:10001 /out-data /data
COPY --from=build --chown=10001:10001 /out-closed /closed
USER 10001:10001
ENV URNA_DATA_DIR=/data \
    URNA_LISTEN=0.0.0.0:8080
VOLUME /data /closed
EXPOSE 8080
# There is no HTTP client in the image; bash can speak enough of it.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /healthz HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r -t 4 _ status _ <&3 && [ \"$status\" = 200 ]"]
ENTRYPOINT ["urna"]
CMD ["serve"]
