-- Temporary passwords end, and links that were mailed are known by their hash only.
ALTER TABLE "mock_accounts"
    ADD COLUMN "temporary_password_expires_at" TIMESTAMP(3),
    ADD COLUMN "reset_token_hash" VARCHAR(64) COLLATE "C",
    ADD COLUMN "reset_token_expires_at" TIMESTAMP(3),
    ADD COLUMN "verify_token_hash" VARCHAR(64) COLLATE "C",
    ADD COLUMN "verify_token_expires_at" TIMESTAMP(3);

CREATE UNIQUE INDEX "mock_accounts_reset_token_hash_key" ON "mock_accounts"("reset_token_hash");
CREATE UNIQUE INDEX "mock_accounts_verify_token_hash_key" ON "mock_accounts"("verify_token_hash");

-- A table of its own: wrong passwords are counted for addresses without an account as well.
CREATE TABLE "mock_sign_in_failures" (
    "email_key" VARCHAR(64) COLLATE "C" NOT NULL,
    "failures" INTEGER NOT NULL,
    "last_failed_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "mock_sign_in_failures_pkey" PRIMARY KEY ("email_key")
);

CREATE INDEX "mock_sign_in_failures_last_failed_at_idx" ON "mock_sign_in_failures"("last_failed_at");

CREATE TABLE "mock_mails" (
    "id" BIGSERIAL NOT NULL,
    "recipient_key" VARCHAR(64) COLLATE "C" NOT NULL,
    "sealed" TEXT NOT NULL,
    "sent_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "mock_mails_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "mock_mails_recipient_key_idx" ON "mock_mails"("recipient_key");
