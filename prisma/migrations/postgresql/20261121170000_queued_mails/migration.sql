-- Mails that are still to be sent. Who and why only: whoever is erased leaves nothing personal here.
CREATE TABLE "mail_jobs" (
    "kind" VARCHAR(24) COLLATE "C" NOT NULL,
    "user_id" VARCHAR(64) COLLATE "C" NOT NULL,
    "state" VARCHAR(8) COLLATE "C" NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "mail_id" VARCHAR(64) COLLATE "C",
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" VARCHAR(32) COLLATE "C",
    "run_at" TIMESTAMP(3) NOT NULL,
    "lease_id" VARCHAR(64) COLLATE "C",
    "leased_until" TIMESTAMP(3),
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "mail_jobs_pkey" PRIMARY KEY ("kind", "user_id")
);

CREATE INDEX "mail_jobs_state_run_at_idx" ON "mail_jobs"("state", "run_at");
