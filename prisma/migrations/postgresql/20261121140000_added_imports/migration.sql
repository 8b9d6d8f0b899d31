-- An uploaded file of users and how far it is.
CREATE TABLE "imports" (
    "id" VARCHAR(64) COLLATE "C" NOT NULL,
    "state" VARCHAR(16) COLLATE "C" NOT NULL,
    "is_dry_run" BOOLEAN NOT NULL,
    "delivery" VARCHAR(24) COLLATE "C" NOT NULL,
    "created_by" VARCHAR(64) COLLATE "C" NOT NULL,
    "request_key" VARCHAR(64) COLLATE "C",
    "request_hash" VARCHAR(64) COLLATE "C",
    "error" VARCHAR(64) COLLATE "C",
    "row_count" INTEGER NOT NULL DEFAULT 0,
    "created" INTEGER NOT NULL DEFAULT 0,
    "updated" INTEGER NOT NULL DEFAULT 0,
    "unchanged" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "lease_id" VARCHAR(64) COLLATE "C",
    "leased_until" TIMESTAMP(3),
    "created_at" TIMESTAMP(3) NOT NULL,
    "started_at" TIMESTAMP(3),
    "finished_at" TIMESTAMP(3),

    CONSTRAINT "imports_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "imports_request_key_key" ON "imports"("request_key");
CREATE INDEX "imports_state_created_at_idx" ON "imports"("state", "created_at");
CREATE INDEX "imports_created_by_created_at_idx" ON "imports"("created_by", "created_at");
CREATE INDEX "imports_created_at_idx" ON "imports"("created_at");

-- Without a reference to `imports`: a hundred thousand checks of one and the same row would only cost time.
CREATE TABLE "import_rows" (
    "import_id" VARCHAR(64) COLLATE "C" NOT NULL,
    "line" INTEGER NOT NULL,
    "state" VARCHAR(16) COLLATE "C" NOT NULL,
    "cells" TEXT,
    "email_key" VARCHAR(64) COLLATE "C",
    "field" VARCHAR(64) COLLATE "C",
    "reason" VARCHAR(64) COLLATE "C",
    "message" VARCHAR(200) COLLATE "C",

    CONSTRAINT "import_rows_pkey" PRIMARY KEY ("import_id", "line")
);

CREATE INDEX "import_rows_import_id_state_line_idx" ON "import_rows"("import_id", "state", "line");
CREATE INDEX "import_rows_import_id_email_key_idx" ON "import_rows"("import_id", "email_key");
