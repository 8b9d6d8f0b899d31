-- A platform admin who acts as a user, until it ends.
CREATE TABLE "impersonations" (
    "id" VARCHAR(64) COLLATE "C" NOT NULL,
    "user_id" VARCHAR(64) COLLATE "C" NOT NULL,
    "admin_user_id" VARCHAR(64) COLLATE "C" NOT NULL,
    "reason" VARCHAR(500) COLLATE "C",
    "started_at" TIMESTAMP(3) NOT NULL,
    "expires_at" TIMESTAMP(3) NOT NULL,
    "ended_at" TIMESTAMP(3),

    CONSTRAINT "impersonations_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "impersonations_user_id_ended_at_idx" ON "impersonations"("user_id", "ended_at");
CREATE INDEX "impersonations_admin_user_id_ended_at_idx" ON "impersonations"("admin_user_id", "ended_at");

-- What verifies their tokens, whichever replica signed them.
CREATE TABLE "signing_keys" (
    "kid" VARCHAR(64) COLLATE "C" NOT NULL,
    "public_jwk" TEXT NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL,
    "used_until" TIMESTAMP(3) NOT NULL,
    "expires_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "signing_keys_pkey" PRIMARY KEY ("kid")
);

CREATE INDEX "signing_keys_expires_at_idx" ON "signing_keys"("expires_at");

-- Events name both.
ALTER TABLE "outbox_events" ADD COLUMN "impersonator_id" VARCHAR(64) COLLATE "C";
