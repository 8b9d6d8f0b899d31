-- The list by name reads its page from here.
CREATE INDEX "users_display_name_id_idx" ON "users"("display_name", "id");

-- The search finds a substring by its trigrams. The extension comes with PostgreSQL and its owner may make it; where it is missing or
-- forbidden the search reads the table, as it does on MySQL.
DO $$
BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
  CREATE INDEX "users_search_text_trgm_idx" ON "users" USING gin ("search_text" gin_trgm_ops);
EXCEPTION
  WHEN undefined_file OR feature_not_supported OR insufficient_privilege OR undefined_object THEN
    RAISE NOTICE 'pg_trgm is not there: searching users reads the whole table';
END
$$;
