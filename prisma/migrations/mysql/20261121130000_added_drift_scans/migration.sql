-- Comparisons with the identity provider. Their progress is in the database, so that any replica goes on after a kill.
CREATE TABLE `drift_runs` (
    `id` VARCHAR(64) NOT NULL,
    `kind` VARCHAR(8) NOT NULL,
    `state` VARCHAR(10) NOT NULL,
    `slot` VARCHAR(8),
    `phase` VARCHAR(16) NOT NULL,
    `position` MEDIUMTEXT,
    `accounts_seen` INTEGER NOT NULL DEFAULT 0,
    `users_compared` INTEGER NOT NULL DEFAULT 0,
    `items_found` INTEGER NOT NULL DEFAULT 0,
    `restarts` INTEGER NOT NULL DEFAULT 0,
    `scan_id` VARCHAR(64),
    `direction` VARCHAR(8),
    `item_kind` VARCHAR(16),
    `repaired` INTEGER NOT NULL DEFAULT 0,
    `gone` INTEGER NOT NULL DEFAULT 0,
    `refused` INTEGER NOT NULL DEFAULT 0,
    `actor_id` VARCHAR(64) NOT NULL,
    `attempts` INTEGER NOT NULL DEFAULT 0,
    `error` VARCHAR(64),
    `run_at` DATETIME(3) NOT NULL,
    `lease_id` VARCHAR(64),
    `leased_until` DATETIME(3),
    `started_at` DATETIME(3) NOT NULL,
    `finished_at` DATETIME(3),
    PRIMARY KEY (`id`),
    UNIQUE KEY `drift_runs_slot_key` (`slot`),
    KEY `drift_runs_kind_state_started_at_idx` (`kind`, `state`, `started_at`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;

CREATE TABLE `drift_seen` (
    `scan_id` VARCHAR(64) NOT NULL,
    `external_id` VARCHAR(255) NOT NULL,
    PRIMARY KEY (`scan_id`, `external_id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;

CREATE TABLE `drift_items` (
    `id` VARCHAR(64) NOT NULL,
    `scan_id` VARCHAR(64) NOT NULL,
    `kind` VARCHAR(16) NOT NULL,
    `subject` VARCHAR(255) NOT NULL,
    `user_id` VARCHAR(64),
    `external_id` VARCHAR(255),
    `ours` MEDIUMTEXT,
    `theirs` MEDIUMTEXT,
    `state` VARCHAR(10) NOT NULL,
    `error` VARCHAR(64),
    `detected_at` DATETIME(3) NOT NULL,
    `repaired_at` DATETIME(3),
    PRIMARY KEY (`id`),
    UNIQUE KEY `drift_items_scan_id_kind_subject_key` (`scan_id`, `kind`, `subject`),
    KEY `drift_items_scan_id_state_id_idx` (`scan_id`, `state`, `id`),
    KEY `drift_items_user_id_idx` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;
