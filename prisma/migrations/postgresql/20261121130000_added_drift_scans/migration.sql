-- Comparisons with the identity provider. Their progress is in the database, so that any replica goes on after a kill.
CREATE TABLE "drift_runs" (
    "id" VARCHAR(64) COLLATE "C" NOT NULL,
    "kind" VARCHAR(8) COLLATE "C" NOT NULL,
    "state" VARCHAR(10) COLLATE "C" NOT NULL,
    "slot" VARCHAR(8) COLLATE "C",
    "phase" VARCHAR(16) COLLATE "C" NOT NULL,
    "position" TEXT COLLATE "C",
    "accounts_seen" INTEGER NOT NULL DEFAULT 0,
    "users_compared" INTEGER NOT NULL DEFAULT 0,
    "items_found" INTEGER NOT NULL DEFAULT 0,
    "restarts" INTEGER NOT NULL DEFAULT 0,
    "scan_id" VARCHAR(64) COLLATE "C",
    "direction" VARCHAR(8) COLLATE "C",
    "item_kind" VARCHAR(16) COLLATE "C",
    "repaired" INTEGER NOT NULL DEFAULT 0,
    "gone" INTEGER NOT NULL DEFAULT 0,
    "refused" INTEGER NOT NULL DEFAULT 0,
    "actor_id" VARCHAR(64) COLLATE "C" NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" VARCHAR(64) COLLATE "C",
    "run_at" TIMESTAMP(3) NOT NULL,
    "lease_id" VARCHAR(64) COLLATE "C",
    "leased_until" TIMESTAMP(3),
    "started_at" TIMESTAMP(3) NOT NULL,
    "finished_at" TIMESTAMP(3),

    CONSTRAINT "drift_runs_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "drift_runs_slot_key" ON "drift_runs"("slot");
CREATE INDEX "drift_runs_kind_state_started_at_idx" ON "drift_runs"("kind", "state", "started_at");

CREATE TABLE "drift_seen" (
    "scan_id" VARCHAR(64) COLLATE "C" NOT NULL,
    "external_id" VARCHAR(255) COLLATE "C" NOT NULL,

    CONSTRAINT "drift_seen_pkey" PRIMARY KEY ("scan_id", "external_id")
);

CREATE TABLE "drift_items" (
    "id" VARCHAR(64) COLLATE "C" NOT NULL,
    "scan_id" VARCHAR(64) COLLATE "C" NOT NULL,
    "kind" VARCHAR(16) COLLATE "C" NOT NULL,
    "subject" VARCHAR(255) COLLATE "C" NOT NULL,
    "user_id" VARCHAR(64) COLLATE "C",
    "external_id" VARCHAR(255) COLLATE "C",
    "ours" TEXT COLLATE "C",
    "theirs" TEXT COLLATE "C",
    "state" VARCHAR(10) COLLATE "C" NOT NULL,
    "error" VARCHAR(64) COLLATE "C",
    "detected_at" TIMESTAMP(3) NOT NULL,
    "repaired_at" TIMESTAMP(3),

    CONSTRAINT "drift_items_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "drift_items_scan_id_kind_subject_key" ON "drift_items"("scan_id", "kind", "subject");
CREATE INDEX "drift_items_scan_id_state_id_idx" ON "drift_items"("scan_id", "state", "id");
CREATE INDEX "drift_items_user_id_idx" ON "drift_items"("user_id");
