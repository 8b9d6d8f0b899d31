-- Where events are sent to over HTTP, and what became of each. A secret is derived from a key that no table has.
CREATE TABLE "webhooks" (
    "id" VARCHAR(64) COLLATE "C" NOT NULL,
    "url" VARCHAR(2000) COLLATE "C" NOT NULL,
    "event_types" TEXT COLLATE "C",
    "description" VARCHAR(500) COLLATE "C" NOT NULL DEFAULT '',
    "state" VARCHAR(8) COLLATE "C" NOT NULL,
    "disabled_reason" VARCHAR(16) COLLATE "C",
    "disabled_at" TIMESTAMP(3),
    "position" BIGINT NOT NULL,
    "secret_generation" INTEGER NOT NULL DEFAULT 1,
    "rotated_at" TIMESTAMP(3),
    "version" BIGINT NOT NULL DEFAULT 1,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" VARCHAR(32) COLLATE "C",
    "failing_since" TIMESTAMP(3),
    "run_at" TIMESTAMP(3) NOT NULL,
    "lease_id" VARCHAR(64) COLLATE "C",
    "leased_until" TIMESTAMP(3),
    "created_at" TIMESTAMP(3) NOT NULL,
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "webhooks_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "webhook_deliveries" (
    "webhook_id" VARCHAR(64) COLLATE "C" NOT NULL,
    "sequence" BIGINT NOT NULL,
    "event_id" VARCHAR(64) COLLATE "C",
    "type" VARCHAR(64) COLLATE "C",
    "state" VARCHAR(10) COLLATE "C" NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "status" INTEGER,
    "error" VARCHAR(32) COLLATE "C",
    "duration_ms" INTEGER,
    "missed_events" BIGINT,
    "first_attempt_at" TIMESTAMP(3) NOT NULL,
    "last_attempt_at" TIMESTAMP(3) NOT NULL,
    "redelivery_state" VARCHAR(10) COLLATE "C",
    "redeliveries" INTEGER NOT NULL DEFAULT 0,
    "redelivery_status" INTEGER,
    "redelivery_error" VARCHAR(32) COLLATE "C",
    "redelivered_at" TIMESTAMP(3),
    "redelivery_leased_until" TIMESTAMP(3),

    CONSTRAINT "webhook_deliveries_pkey" PRIMARY KEY ("webhook_id", "sequence")
);

CREATE INDEX "webhook_deliveries_webhook_id_state_sequence_idx" ON "webhook_deliveries"("webhook_id", "state", "sequence");
CREATE INDEX "webhook_deliveries_last_attempt_at_idx" ON "webhook_deliveries"("last_attempt_at");
CREATE INDEX "webhook_deliveries_redelivery_state_idx" ON "webhook_deliveries"("redelivery_state");
