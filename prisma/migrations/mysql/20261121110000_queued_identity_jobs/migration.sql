-- What the identity provider still has to be told, one row a user: several changes before an attempt become one.
CREATE TABLE `identity_jobs` (
    `user_id` VARCHAR(64) NOT NULL,
    `revision` INTEGER NOT NULL DEFAULT 1,
    `kind` VARCHAR(8) NOT NULL,
    `state` VARCHAR(8) NOT NULL,
    `priority` INTEGER NOT NULL,
    `delivery` VARCHAR(24) NOT NULL,
    `email_verified` BOOLEAN NOT NULL,
    `on_failure` VARCHAR(8) NOT NULL,
    `revoke_sessions` BOOLEAN NOT NULL DEFAULT false,
    `email` VARCHAR(320),
    `external_id` VARCHAR(255),
    `external_username` VARCHAR(128),
    `settle_until` DATETIME(3),
    `attempts` INTEGER NOT NULL DEFAULT 0,
    `error` VARCHAR(32),
    `run_at` DATETIME(3) NOT NULL,
    `lease_id` VARCHAR(64),
    `leased_until` DATETIME(3),
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    PRIMARY KEY (`user_id`),
    KEY `identity_jobs_state_priority_run_at_idx` (`state`, `priority`, `run_at`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;

-- The name that administrative calls want where it is not the subject (a Cognito pool with aliases).
ALTER TABLE `users` ADD COLUMN `external_username` VARCHAR(128);

-- How far the provider has followed is whether a job is left.
INSERT INTO `identity_jobs` (`user_id`, `kind`, `state`, `priority`, `delivery`, `email_verified`, `on_failure`, `error`, `run_at`)
SELECT `id`, 'sync', CASE WHEN `identity_state` = 'failed' THEN 'failed' ELSE 'due' END,
       CASE WHEN `status` IN ('suspended', 'deactivated') THEN 0 ELSE 1 END, 'invite', false, 'queue', LEFT(`identity_error`, 32),
       UTC_TIMESTAMP(3)
  FROM `users` WHERE `identity_state` IN ('pending', 'failed');

ALTER TABLE `users` DROP COLUMN `identity_state`;
ALTER TABLE `users` DROP COLUMN `identity_error`;
