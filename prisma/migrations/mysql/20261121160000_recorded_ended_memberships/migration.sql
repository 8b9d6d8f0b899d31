-- A membership that is over is told of once, by whichever replica comes first.
ALTER TABLE `org_memberships` ADD COLUMN `ended_at` DATETIME(3);
CREATE INDEX `org_memberships_ended_at_expires_at_idx` ON `org_memberships` (`ended_at`, `expires_at`);
