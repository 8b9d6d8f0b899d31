-- Mails that are still to be sent. Who and why only: whoever is erased leaves nothing personal here.
CREATE TABLE `mail_jobs` (
    `kind` VARCHAR(24) NOT NULL,
    `user_id` VARCHAR(64) NOT NULL,
    `state` VARCHAR(8) NOT NULL,
    `revision` INTEGER NOT NULL DEFAULT 1,
    `mail_id` VARCHAR(64),
    `attempts` INTEGER NOT NULL DEFAULT 0,
    `error` VARCHAR(32),
    `run_at` DATETIME(3) NOT NULL,
    `lease_id` VARCHAR(64),
    `leased_until` DATETIME(3),
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    PRIMARY KEY (`kind`, `user_id`),
    KEY `mail_jobs_state_run_at_idx` (`state`, `run_at`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;
