-- Counting who holds a role reads this alone, however many do.
CREATE INDEX "org_memberships_role_user_expires_at_idx" ON "org_memberships"("role_id", "user_id", "expires_at");
