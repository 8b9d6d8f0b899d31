-- Who did what to whom (DESIGN section 8). Entries are chained by their hashes, one chain for each organisation.
CREATE TABLE "audit_chains" (
    "chain" VARCHAR(64) COLLATE "C" NOT NULL,
    "sequence" BIGINT NOT NULL DEFAULT 0,
    "hash" VARCHAR(64) COLLATE "C" NOT NULL,
    "removed_sequence" BIGINT NOT NULL DEFAULT 0,
    "removed_hash" VARCHAR(64) COLLATE "C",

    CONSTRAINT "audit_chains_pkey" PRIMARY KEY ("chain")
);

CREATE TABLE "audit_entries" (
    "chain" VARCHAR(64) COLLATE "C" NOT NULL,
    "sequence" BIGINT NOT NULL,
    "id" VARCHAR(64) COLLATE "C" NOT NULL,
    "occurred_at" TIMESTAMP(3) NOT NULL,
    "action" VARCHAR(64) COLLATE "C" NOT NULL,
    "actor_type" VARCHAR(16) COLLATE "C" NOT NULL,
    "actor_id" VARCHAR(255) COLLATE "C" NOT NULL,
    "impersonator_id" VARCHAR(64) COLLATE "C",
    "target_type" VARCHAR(32) COLLATE "C" NOT NULL,
    "target_id" VARCHAR(255) COLLATE "C",
    "request_id" VARCHAR(64) COLLATE "C",
    "state_before" TEXT COLLATE "C",
    "state_after" TEXT COLLATE "C",
    "personal" TEXT COLLATE "C",
    "personal_digest" VARCHAR(64) COLLATE "C",
    "previous_hash" VARCHAR(64) COLLATE "C" NOT NULL,
    "hash" VARCHAR(64) COLLATE "C" NOT NULL,

    CONSTRAINT "audit_entries_pkey" PRIMARY KEY ("chain", "sequence")
);

CREATE UNIQUE INDEX "audit_entries_id_key" ON "audit_entries" ("id");
CREATE INDEX "audit_entries_chain_id_idx" ON "audit_entries" ("chain", "id");
CREATE INDEX "audit_entries_target_id_id_idx" ON "audit_entries" ("target_id", "id");
CREATE INDEX "audit_entries_actor_id_id_idx" ON "audit_entries" ("actor_id", "id");

-- Append-only, whoever writes. What may go is the personal part of an entry, when the person is erased, and the oldest
-- entries of a chain once its head says that they are removed.
CREATE FUNCTION audit_entries_stay() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    erased "audit_entries";
BEGIN
    IF TG_OP = 'UPDATE' THEN
        erased := OLD;
        erased."personal" := NULL;
        IF NEW IS NOT DISTINCT FROM erased THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT 1 FROM "audit_chains" c WHERE c."chain" = OLD."chain" AND c."removed_sequence" >= OLD."sequence") THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'audit entries are append-only';
END $$;

CREATE TRIGGER "audit_entries_stay" BEFORE UPDATE OR DELETE ON "audit_entries" FOR EACH ROW EXECUTE FUNCTION audit_entries_stay();
CREATE TRIGGER "audit_entries_stay_all" BEFORE TRUNCATE ON "audit_entries" FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_stay();
