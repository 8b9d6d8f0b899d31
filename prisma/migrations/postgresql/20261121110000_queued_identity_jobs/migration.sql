-- What the identity provider still has to be told, one row a user: several changes before an attempt become one.
CREATE TABLE "identity_jobs" (
    "user_id" VARCHAR(64) COLLATE "C" NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "kind" VARCHAR(8) COLLATE "C" NOT NULL,
    "state" VARCHAR(8) COLLATE "C" NOT NULL,
    "priority" INTEGER NOT NULL,
    "delivery" VARCHAR(24) COLLATE "C" NOT NULL,
    "email_verified" BOOLEAN NOT NULL,
    "on_failure" VARCHAR(8) COLLATE "C" NOT NULL,
    "revoke_sessions" BOOLEAN NOT NULL DEFAULT false,
    "email" VARCHAR(320) COLLATE "C",
    "external_id" VARCHAR(255) COLLATE "C",
    "external_username" VARCHAR(128) COLLATE "C",
    "settle_until" TIMESTAMP(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" VARCHAR(32) COLLATE "C",
    "run_at" TIMESTAMP(3) NOT NULL,
    "lease_id" VARCHAR(64) COLLATE "C",
    "leased_until" TIMESTAMP(3),
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "identity_jobs_pkey" PRIMARY KEY ("user_id")
);

CREATE INDEX "identity_jobs_state_priority_run_at_idx" ON "identity_jobs"("state", "priority", "run_at");

-- The name that administrative calls want where it is not the subject (a Cognito pool with aliases).
ALTER TABLE "users" ADD COLUMN "external_username" VARCHAR(128) COLLATE "C";

-- How far the provider has followed is whether a job is left.
INSERT INTO "identity_jobs" ("user_id", "kind", "state", "priority", "delivery", "email_verified", "on_failure", "error", "run_at")
SELECT "id", 'sync', CASE WHEN "identity_state" = 'failed' THEN 'failed' ELSE 'due' END,
       CASE WHEN "status" IN ('suspended', 'deactivated') THEN 0 ELSE 1 END, 'invite', false, 'queue', LEFT("identity_error", 32),
       (now() AT TIME ZONE 'UTC')
  FROM "users" WHERE "identity_state" IN ('pending', 'failed');

ALTER TABLE "users" DROP COLUMN "identity_state";
ALTER TABLE "users" DROP COLUMN "identity_error";
