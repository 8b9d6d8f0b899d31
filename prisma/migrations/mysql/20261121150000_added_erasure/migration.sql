-- An erased user keeps their id and nothing personal, and never comes back.
ALTER TABLE `users` ADD COLUMN `erased_at` DATETIME(3);
